//! The figures of all experiments: rows of CSV in, SVG, PNG and PDF out.
//!
//! A figure reads rows and nothing else, so it can be drawn again without a run.

use crate::experiments::all;
use anyhow::{Result, bail};
use charts::{Figure, PaperWidth};
use lab::store;
use std::path::{Path, PathBuf};

/// A figure for a page that sets its words itself.
#[derive(Debug, Clone)]
pub struct Drawing {
    /// The experiment whose rows it shows.
    pub experiment: &'static str,
    /// The stem of its files.
    pub name: &'static str,
    /// Its title.
    pub title: String,
    /// What is drawn, of how many samples, and from which file.
    pub caption: String,
    /// An SVG document of panels and legend, without title and caption.
    pub svg: String,
}

/// Every figure whose rows are in a results folder.
#[derive(Debug)]
pub struct Figures(Vec<(&'static str, Figure)>);

impl Figures {
    /// Reads the rows in the folder `results`.
    ///
    /// A missing CSV leaves its figures out, and so do rows of other distributions or sizes than a figure shows.
    ///
    /// # Errors
    /// If a CSV or the record beside it is damaged or foreign: the message names file, line and cure.
    pub fn read(results: &Path) -> Result<Self> {
        let mut described = Vec::new();
        for experiment in all() {
            let name = experiment.about().name;
            let mut figures = experiment.figures(results)?;
            if let Some(subject) = experiment.subject(results)? {
                for figure in &mut figures {
                    figure.caption = format!("{subject} {}", figure.caption);
                }
            }
            name_seed(&mut figures, results, name)?;
            described.extend(figures.into_iter().map(|figure| (name, figure)));
        }
        Ok(Self(described))
    }

    /// Draws them as SVG, apart from title and caption.
    ///
    /// # Errors
    /// If rows leave nothing to draw.
    pub fn drawings(&self) -> Result<Vec<Drawing>> {
        let drawing = |(experiment, figure): &(&'static str, Figure)| {
            Ok(Drawing {
                experiment,
                name: figure.name,
                title: figure.title.clone(),
                caption: figure.caption.clone(),
                svg: charts::svg(&bare(figure))?,
            })
        };
        self.0.iter().map(drawing).collect()
    }

    /// Those of these names alone; all of them if there are no names.
    ///
    /// # Errors
    /// A name that no figure has: the message lists those that there are.
    pub fn only(mut self, names: &[String]) -> Result<Self> {
        let known: Vec<&str> = self.0.iter().map(|(_, figure)| figure.name).collect();
        let unknown = names.iter().find(|name| !known.contains(&name.as_str()));
        if let Some(name) = unknown {
            let known = known.join(", ");
            bail!("--only {name:?}: no such figure; the rows of this folder make: {known}");
        }
        let is_named = |figure: &Figure| names.iter().any(|name| name == figure.name);
        self.0
            .retain(|(_, figure)| names.is_empty() || is_named(figure));
        Ok(self)
    }

    /// Draws them for print, as NAME.svg and NAME.pdf in the folder `into`, which is created; `plain` without
    /// title and caption. Returns the files that were written.
    ///
    /// # Errors
    /// If rows leave nothing to draw, texts do not fit the width, or a file cannot be written.
    pub fn print(&self, into: &Path, width: PaperWidth, plain: bool) -> Result<Vec<PathBuf>> {
        store::create_folder(into)?;
        let mut written = Vec::new();
        for (_, figure) in &self.0 {
            let figure = if plain { bare(figure) } else { figure.clone() };
            let printed = charts::print(&figure, width)?;
            let path = into.join(figure.name);
            written.extend(write_all([
                (path.with_extension("svg"), printed.svg.into_bytes()),
                (path.with_extension("pdf"), printed.pdf),
            ])?);
        }
        Ok(written)
    }

    /// Draws them as NAME.svg and NAME.png in the folder `into`, which is created. Returns the files that
    /// were written.
    ///
    /// Each file appears whole or not at all.
    ///
    /// # Errors
    /// If rows leave nothing to draw, or a file cannot be written.
    pub fn write(&self, into: &Path) -> Result<Vec<PathBuf>> {
        store::create_folder(into)?;
        let mut written = Vec::new();
        for (_, figure) in &self.0 {
            written.extend(write(figure, into)?);
        }
        Ok(written)
    }
}

/// Ends captions, whose last words are the data, with the seed of their run if its record is there.
fn name_seed(figures: &mut [Figure], results: &Path, experiment: &str) -> Result<()> {
    let meta = lab::meta::Meta::read(results, experiment)?;
    if let Some(seed) = meta.and_then(|meta| meta.seed()) {
        for figure in figures {
            figure.caption += &format!(", seed\u{a0}{seed}");
        }
    }
    Ok(())
}

/// The figure without the words that a page sets itself.
fn bare(figure: &Figure) -> Figure {
    Figure {
        title: String::new(),
        caption: String::new(),
        ..figure.clone()
    }
}

fn write(figure: &Figure, into: &Path) -> Result<[PathBuf; 2]> {
    let path = into.join(figure.name);
    write_all([
        (
            path.with_extension("svg"),
            charts::svg(figure)?.into_bytes(),
        ),
        (path.with_extension("png"), charts::png(figure)?),
    ])
}

fn write_all(files: [(PathBuf, Vec<u8>); 2]) -> Result<[PathBuf; 2]> {
    for (path, bytes) in &files {
        store::write(path, bytes)?;
    }
    Ok(files.map(|(path, _)| path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const HEADER: &str = "coefficients,candidates,selection,tolerance,small_to_zero,replicate,weights,\
        initial_parameters,infeasible,kept_parameters,max_error,mean_error,test_images,correct_before,correct_after";
    const LINES: [&str; 2] = [
        "per-row,8,closest,0.01,false,1,397000,3176000,20000,990000,0.09,0.0025,10000,9719,9000",
        "per-row,21,closest,0.01,false,1,397000,8337000,0,3900000,0.0001,0.000002,10000,9719,9719",
    ];

    fn results(lines: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let text = format!("{HEADER}\n{}\n", lines.join("\n"));
        fs::write(folder.path().join("mnist-approximation.csv"), text).unwrap();
        folder
    }

    fn drawn(results: &Path, into: &Path) -> Result<Vec<PathBuf>> {
        Figures::read(results)?.write(into)
    }

    #[test]
    fn figures_whose_rows_exist_are_drawn_and_nothing_else_is_left() {
        let folder = results(&LINES);
        let into = folder.path().join("deep/figures");
        let mut written = drawn(folder.path(), &into).unwrap();
        let names = ["accuracy", "tolerance"].map(|name| format!("mnist-approximation-{name}"));
        let expected: Vec<PathBuf> = names
            .iter()
            .flat_map(|name| {
                ["svg", "png"].map(|extension| into.join(format!("{name}.{extension}")))
            })
            .collect();
        assert_eq!(written, expected);
        let mut found: Vec<PathBuf> = fs::read_dir(&into)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        found.sort();
        written.sort();
        assert_eq!(found, written);
        let png = fs::read(into.join("mnist-approximation-accuracy.png")).unwrap();
        assert!(png.starts_with(b"\x89PNG"));
    }

    #[test]
    fn captions_name_the_seed_of_the_record() {
        let folder = results(&LINES);
        let caption = || -> String {
            drawn(folder.path(), folder.path()).unwrap();
            let path = folder.path().join("mnist-approximation-accuracy.svg");
            fs::read_to_string(path).unwrap()
        };
        assert!(!caption().contains("seed"));
        let rows = fs::read(folder.path().join("mnist-approximation.csv")).unwrap();
        let tables = format!(
            r#"{{"mnist-approximation":{{"rows":2,"sha256":"{}"}}}}"#,
            store::sha256(&rows)
        );
        let record = format!(
            r#"{{"configuration":"{{\"seed\":47}}","tables":{tables},"finished":0,"sessions":[],"measures":{{}}}}"#
        );
        fs::write(folder.path().join("mnist-approximation.meta.json"), record).unwrap();
        assert!(caption().contains("seed\u{a0}47"));
    }

    #[test]
    fn drawings_have_their_words_apart() {
        let folder = results(&LINES);
        let drawings = Figures::read(folder.path()).unwrap().drawings().unwrap();
        let names: Vec<&str> = drawings.iter().map(|drawing| drawing.name).collect();
        let expected = ["accuracy", "tolerance"].map(|name| format!("mnist-approximation-{name}"));
        assert_eq!(names, expected);
        for Drawing {
            title,
            caption,
            svg,
            ..
        } in drawings
        {
            assert!(
                caption.contains("Data: mnist-approximation.csv"),
                "{caption}"
            );
            assert!(svg.contains("<text") && !svg.contains(&title) && !svg.contains("Data:"));
        }
    }

    #[test]
    fn no_results_are_no_figures() {
        let folder = tempfile::tempdir().unwrap();
        assert!(
            drawn(folder.path(), &folder.path().join("figures"))
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn a_damaged_file_is_named_with_line_and_cure() {
        let folder = results(&[LINES[0], "per-row,21,nearest"]);
        let error = format!("{:#}", drawn(folder.path(), folder.path()).unwrap_err());
        for part in ["mnist-approximation.csv, line 3", "--fresh"] {
            assert!(error.contains(part), "{error}");
        }
    }
}
