//! A scene as a PDF of one page, with the letters that it needs of the shipped font.

use std::collections::BTreeMap;

use anyhow::{Context, Result, anyhow};
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};
use subsetter::GlyphRemapper;
use ttf_parser::Face;

use super::Color;
use super::font::TYPEFACE;
use super::scene::{Anchor, Item, Point, Scene, Text};

const FONT: Name = Name(b"F");
/// The six letters are to be there where a font has some of its glyphs only.
const FONT_NAME: Name = Name(b"TCKLAB+DejaVuSans");
const SYSTEM: SystemInfo = SystemInfo {
    registry: Str(b"Adobe"),
    ordering: Str(b"Identity"),
    supplement: 0,
};
/// How far a Bezier curve's handles are from a quarter of a circle's ends, in radii.
const HANDLE: f64 = 0.552_285;

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const PAGE: Ref = Ref::new(3);
const CONTENT: Ref = Ref::new(4);
const TYPE0: Ref = Ref::new(5);
const CID: Ref = Ref::new(6);
const DESCRIPTOR: Ref = Ref::new(7);
const FILE: Ref = Ref::new(8);
const TO_UNICODE: Ref = Ref::new(9);

/// The scene as a PDF on which a nominal pixel is `scale` points.
///
/// # Errors
/// If the shipped font is damaged or lacks a letter.
pub fn pdf(scene: &Scene, scale: f64) -> Result<Vec<u8>> {
    let mut letters = Letters::new()?;
    let mut page = Page::new(scene, scale);
    for item in &scene.items {
        page.add(item, &mut letters)?;
    }
    let mut pdf = Pdf::new();
    pdf.catalog(CATALOG).pages(PAGES);
    pdf.pages(PAGES).kids([PAGE]).count(1);
    page.write(&mut pdf, [scene.width * scale, scene.height * scale]);
    letters.write(&mut pdf)?;
    Ok(pdf.finish())
}

/// The content of the page, and the opacities that it names.
struct Page {
    content: Content,
    opacities: BTreeMap<String, f64>,
}

impl Page {
    fn new(scene: &Scene, scale: f64) -> Self {
        let mut content = Content::new();
        // Pixels are counted from the top.
        let (scale, height) = (scale as f32, (scene.height * scale) as f32);
        content.transform([scale, 0.0, 0.0, -scale, 0.0, height]);
        Self {
            content,
            opacities: BTreeMap::new(),
        }
    }

    fn add(&mut self, item: &Item, letters: &mut Letters) -> Result<()> {
        match item {
            Item::Path {
                points,
                color,
                width,
            } => {
                let [red, green, blue] = inks(*color);
                self.content.set_stroke_rgb(red, green, blue);
                self.content.set_line_width(*width as f32);
                self.outline(points);
                self.content.stroke();
            }
            Item::Area {
                points,
                color,
                opacity,
            } => {
                self.fill_with(*color, *opacity);
                self.outline(points);
                self.content.close_path().fill_nonzero();
            }
            Item::Disc {
                center,
                radius,
                color,
            } => {
                self.fill_with(*color, 1.0);
                self.circle(*center, *radius);
                self.content.fill_nonzero();
            }
            Item::Text(text) => self.text(text, letters)?,
        }
        Ok(())
    }

    fn fill_with(&mut self, color: Color, opacity: f64) {
        let [red, green, blue] = inks(color);
        self.content.set_fill_rgb(red, green, blue);
        let name = format!("O{:.0}", 100.0 * opacity);
        self.content.set_parameters(Name(name.as_bytes()));
        self.opacities.insert(name, opacity);
    }

    fn outline(&mut self, points: &[Point]) {
        for (index, &(x, y)) in points.iter().enumerate() {
            match index {
                0 => self.content.move_to(x as f32, y as f32),
                _ => self.content.line_to(x as f32, y as f32),
            };
        }
    }

    fn circle(&mut self, (x, y): Point, radius: f64) {
        let at = |dx: f64, dy: f64| [(x + radius * dx) as f32, (y + radius * dy) as f32];
        let [left, top] = at(1.0, 0.0);
        self.content.move_to(left, top);
        for (from, to) in [
            ((1.0, 0.0), (0.0, 1.0)),
            ((0.0, 1.0), (-1.0, 0.0)),
            ((-1.0, 0.0), (0.0, -1.0)),
            ((0.0, -1.0), (1.0, 0.0)),
        ] {
            let [x1, y1] = at(from.0 + HANDLE * to.0, from.1 + HANDLE * to.1);
            let [x2, y2] = at(to.0 + HANDLE * from.0, to.1 + HANDLE * from.1);
            let [x3, y3] = at(to.0, to.1);
            self.content.cubic_to(x1, y1, x2, y2, x3, y3);
        }
    }

    fn text(&mut self, text: &Text, letters: &mut Letters) -> Result<()> {
        let (glyphs, wide) = letters.glyphs(&text.content)?;
        let before = text.size * wide / 1000.0
            * match text.anchor {
                Anchor::Start => 0.0,
                Anchor::Middle => 0.5,
                Anchor::End => 1.0,
            };
        let (x, y) = (text.at.0 as f32, text.at.1 as f32);
        let before = before as f32;
        // Letters are upright although pixels are counted from the top.
        let matrix = match text.upwards {
            false => [1.0, 0.0, 0.0, -1.0, x - before, y],
            true => [0.0, -1.0, -1.0, 0.0, x, y + before],
        };
        self.fill_with(text.color, 1.0);
        self.content
            .begin_text()
            .set_font(FONT, text.size as f32)
            .set_text_matrix(matrix)
            .show(Str(&glyphs))
            .end_text();
        Ok(())
    }

    fn write(self, pdf: &mut Pdf, size: [f64; 2]) {
        let mut page = pdf.page(PAGE);
        let [width, height] = size.map(|length| length as f32);
        page.media_box(Rect::new(0.0, 0.0, width, height));
        page.parent(PAGES).contents(CONTENT);
        let mut resources = page.resources();
        resources.fonts().pair(FONT, TYPE0);
        let mut states = resources.ext_g_states();
        for (name, opacity) in &self.opacities {
            let mut state = states
                .insert(Name(name.as_bytes()))
                .start::<pdf_writer::writers::ExtGraphicsState>();
            state.non_stroking_alpha(*opacity as f32);
        }
        states.finish();
        resources.finish();
        page.finish();
        pdf.stream(CONTENT, &self.content.finish());
    }
}

/// The letters that are used: their glyphs in the part of the font that is written.
struct Letters {
    face: Face<'static>,
    used: GlyphRemapper,
    /// By the number that a glyph has in the part: its letter and its width in thousandths of an em.
    glyphs: BTreeMap<u16, (char, f64)>,
}

impl Letters {
    fn new() -> Result<Self> {
        Ok(Self {
            face: Face::parse(TYPEFACE, 0).context("the shipped font")?,
            used: GlyphRemapper::new(),
            glyphs: BTreeMap::new(),
        })
    }

    /// The glyphs of a line, two bytes each, and its width in thousandths of an em.
    fn glyphs(&mut self, line: &str) -> Result<(Vec<u8>, f64)> {
        let (mut bytes, mut wide) = (Vec::new(), 0.0);
        for letter in line.chars() {
            let glyph = self.face.glyph_index(letter);
            let glyph = glyph.with_context(|| format!("the shipped font has no {letter:?}"))?;
            let width = self.thousandths(self.face.glyph_hor_advance(glyph).unwrap_or(0).into());
            let number = self.used.remap(glyph.0);
            self.glyphs.insert(number, (letter, width));
            bytes.extend(number.to_be_bytes());
            wide += width;
        }
        Ok((bytes, wide))
    }

    fn thousandths(&self, length: f64) -> f64 {
        1000.0 * length / f64::from(self.face.units_per_em())
    }

    fn write(&self, pdf: &mut Pdf) -> Result<()> {
        let file = subsetter::subset(TYPEFACE, 0, &self.used);
        let file = file.map_err(|error| anyhow!("the shipped font: {error}"))?;
        pdf.stream(FILE, &file);
        let mut font = pdf.type0_font(TYPE0);
        font.base_font(FONT_NAME)
            .encoding_predefined(Name(b"Identity-H"));
        font.descendant_font(CID).to_unicode(TO_UNICODE);
        font.finish();
        self.write_widths(pdf);
        self.write_descriptor(pdf);
        let mut unicode = UnicodeCmap::new(Name(b"Unicode"), SYSTEM);
        for (&number, &(letter, _)) in &self.glyphs {
            unicode.pair(number, letter);
        }
        pdf.cmap(TO_UNICODE, &unicode.finish());
        Ok(())
    }

    fn write_widths(&self, pdf: &mut Pdf) {
        let mut cid = pdf.cid_font(CID);
        cid.subtype(CidFontType::Type2)
            .base_font(FONT_NAME)
            .system_info(SYSTEM)
            .font_descriptor(DESCRIPTOR)
            .cid_to_gid_map_predefined(Name(b"Identity"));
        let mut widths = cid.widths();
        for (&number, &(_, width)) in &self.glyphs {
            widths.consecutive(number, [width as f32]);
        }
    }

    fn write_descriptor(&self, pdf: &mut Pdf) {
        let length = |units: i16| self.thousandths(units.into()) as f32;
        let around = self.face.global_bounding_box();
        let around = [around.x_min, around.y_min, around.x_max, around.y_max].map(length);
        pdf.font_descriptor(DESCRIPTOR)
            .name(FONT_NAME)
            .flags(FontFlags::SYMBOLIC)
            .bbox(Rect::new(around[0], around[1], around[2], around[3]))
            .italic_angle(0.0)
            .ascent(length(self.face.ascender()))
            .descent(length(self.face.descender()))
            .cap_height(length(self.face.capital_height().unwrap_or(0)))
            .stem_v(80.0)
            .font_file2(FILE);
    }
}

fn inks(color: Color) -> [f32; 3] {
    [color.0, color.1, color.2].map(|ink| f32::from(ink) / 255.0)
}
