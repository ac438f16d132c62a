//! Text that is made from rows and from what they document, spliced into documents between marks:
//!
//! ```text
//! <!-- begin claims -->
//! ...
//! <!-- end claims -->
//! ```

use crate::{columns, verify};
use anyhow::{Context, Result, bail, ensure};
use lab::Judgement;

/// The document with the text between its marks made anew. `root` is the way from the document's folder to the
/// repository's, such as `../../` or nothing, for links.
///
/// # Errors
/// A mark without its partner, or one that names no text.
pub fn splice(document: &str, root: &str, judgements: &[Judgement]) -> Result<String> {
    let mut spliced = String::new();
    let mut rest = document;
    while let Some(at) = rest.find(BEGIN) {
        let (before, marked) = rest.split_at(at);
        let (begin, after) = marked.split_once('\n').context("a mark ends its line")?;
        let name = begin
            .trim_start_matches(BEGIN)
            .trim_end_matches(CLOSE)
            .trim();
        let end = format!("<!-- end {name} {CLOSE}");
        let old = after
            .find(&end)
            .with_context(|| format!("`{begin}` has no `{end}`"))?;
        ensure!(
            !after[..old].contains(BEGIN),
            "`{begin}` has another mark before `{end}`"
        );
        let text = match name {
            "claims" => verify::markdown(judgements, root),
            "columns" => columns::markdown(),
            "counts" => verify::sentence(judgements),
            _ => bail!("`{begin}` names no text; there are: claims, columns, counts"),
        };
        spliced += &format!("{before}{begin}\n{text}{end}");
        rest = &after[old + end.len()..];
    }
    Ok(spliced + rest)
}

const BEGIN: &str = "<!-- begin ";
const CLOSE: &str = "-->";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_marks_is_replaced_and_nothing_else() {
        let document = "a\n<!-- begin claims -->\nold\n<!-- end claims -->\nb\n";
        let once = splice(document, "", &[]).unwrap();
        assert!(
            once.starts_with("a\n<!-- begin claims -->\n| claim"),
            "{once}"
        );
        assert!(once.ends_with("|\n<!-- end claims -->\nb\n"), "{once}");
        assert_eq!(splice(&once, "", &[]).unwrap(), once);
        assert_eq!(splice("no marks", "", &[]).unwrap(), "no marks");
    }

    #[test]
    fn wrong_marks_are_errors() {
        let error = |document: &str| splice(document, "", &[]).unwrap_err().to_string();
        assert!(error("<!-- begin claims -->\n").contains("no `<!-- end claims -->`"));
        assert!(
            error("<!-- begin x -->\n<!-- end x -->")
                .contains("there are: claims, columns, counts")
        );
        assert!(error("<!-- begin claims -->").contains("ends its line"));
        let nested = "<!-- begin claims -->\n<!-- begin claims -->\n<!-- end claims -->";
        assert!(error(nested).contains("another mark"));
    }
}
