//! What an experiment is called, and the presets that it brings.

/// What an experiment is called, and the presets that come with it.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// One name for the binary, its section in a preset, its files and its seeds.
    pub name: &'static str,
    /// What readers call it.
    pub title: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// Raised whenever the meaning of a row changes, so that old and new rows never mix.
    pub schema: u32,
    /// The preset `quick`: the text of a TOML file with a seed and the experiment's section.
    pub quick: &'static str,
    /// The preset `paper`.
    pub paper: &'static str,
    /// The preset `tiny`: every part and every table in about a second. It shows that everything works, and
    /// nothing else.
    pub tiny: &'static str,
}
