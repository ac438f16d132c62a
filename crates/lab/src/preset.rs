//! Presets: the parameters of a run as data.
//!
//! A preset is a TOML file with a seed and a section for each experiment. Every experiment brings its own
//! `quick`, `paper` and `tiny`; any other file can be named instead.

use crate::about::About;
use crate::store;
use anyhow::{Context, Result, bail, ensure};
use serde::de::DeserializeOwned;
use std::path::Path;

/// Parameters for every experiment.
#[derive(Debug, Clone)]
pub struct Preset {
    /// `quick`, `paper`, `tiny`, or the stem of a file's name.
    pub name: String,
    /// The root of all seeds.
    pub seed: u64,
    sections: toml::Table,
}

impl Preset {
    /// The preset `quick`, `paper` or `tiny` of some experiments, or the one in the file of that name.
    ///
    /// # Errors
    /// A missing file, text that is not TOML, no seed, a key that is neither `seed` nor a section.
    pub fn load(name: &str, experiments: &[About]) -> Result<Self> {
        let built_in =
            |text: fn(&About) -> &'static str| Self::joined(name, experiments.iter().map(text));
        match name {
            "quick" => built_in(|about| about.quick),
            "paper" => built_in(|about| about.paper),
            "tiny" => built_in(|about| about.tiny),
            file => {
                let text = text_of(Path::new(file)).with_context(|| {
                    format!("--preset {file}: neither quick, paper, tiny nor a file of text")
                })?;
                let stem = Path::new(file).file_stem().unwrap_or_default();
                Self::parse(&stem.to_string_lossy(), &text)
                    .with_context(|| format!("--preset {file}"))
            }
        }
    }

    /// One preset of the texts that experiments bring; they have the same seed.
    fn joined<'a>(name: &str, texts: impl Iterator<Item = &'a str>) -> Result<Self> {
        let mut all: Option<Self> = None;
        for text in texts {
            let one = Self::parse(name, text)?;
            match &mut all {
                None => all = Some(one),
                Some(all) => {
                    ensure!(all.seed == one.seed, "preset {name}: seeds differ");
                    all.sections.extend(one.sections);
                }
            }
        }
        all.context("a preset of no experiments")
    }

    /// The preset in a text, which may begin with a byte-order mark.
    ///
    /// # Errors
    /// Text that is not TOML, no seed, a key that is neither `seed` nor a section.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let text = text.trim_start_matches('\u{feff}');
        let mut sections: toml::Table = text.parse().map_err(|error| one_line(error, text))?;
        let seed = match sections.remove("seed") {
            None => bail!("no seed; add a line such as: seed = 1"),
            Some(seed) => seed
                .try_into()
                .map_err(|error| one_line(error, ""))
                .context("seed is not an integer from 0 to 2^63 - 1")?,
        };
        for (key, value) in &sections {
            ensure!(
                value.is_table(),
                "unknown key `{key}`: there are seed and sections"
            );
        }
        Ok(Self {
            name: name.to_owned(),
            seed,
            sections,
        })
    }

    /// Refuses sections of anything but these experiments.
    ///
    /// # Errors
    /// The name of the first such section, and the names that there are.
    pub fn refuse_others(&self, experiments: &[About]) -> Result<()> {
        let known: Vec<&str> = experiments.iter().map(|about| about.name).collect();
        for section in self.sections.keys() {
            ensure!(
                known.contains(&section.as_str()),
                "preset {}: unknown section [{section}]; there are: {}",
                self.name,
                known.join(", ")
            );
        }
        Ok(())
    }

    /// The parameters of one experiment. `T` should deny unknown fields.
    ///
    /// # Errors
    /// A missing section, or a key that is unknown, missing or of another type.
    pub fn section<T: DeserializeOwned>(&self, experiment: &str) -> Result<T> {
        let section = self.sections.get(experiment);
        let section =
            section.with_context(|| format!("preset {}: no section [{experiment}]", self.name))?;
        T::deserialize(section.clone())
            .map_err(|error| one_line(error, ""))
            .with_context(|| self.place(experiment))
    }

    /// The same, if they pass a check.
    ///
    /// # Errors
    /// Those of the check too, with the name of the preset and its section.
    pub fn checked_section<T: DeserializeOwned>(
        &self,
        experiment: &str,
        check: impl FnOnce(&T) -> Result<()>,
    ) -> Result<T> {
        let parameters = self.section(experiment)?;
        check(&parameters).with_context(|| self.place(experiment))?;
        Ok(parameters)
    }

    pub(crate) fn place(&self, experiment: &str) -> String {
        format!("preset {}, section [{experiment}]", self.name)
    }
}

/// The most bytes of a preset.
const MAX_BYTES: u64 = 1 << 20;

fn text_of(path: &Path) -> Result<String> {
    Ok(String::from_utf8(store::read_up_to(path, MAX_BYTES)?)?)
}

/// The most that a preset may ask for of anything that is counted: samples, replicates, images.
pub const MAX_COUNT: u64 = 100_000_000;

/// Checks how many of something there are to be: from 1 to `most`.
///
/// # Errors
/// The name and the end of the range that the number is beyond.
pub fn check_count(name: &str, count: impl TryInto<u64>, most: u64) -> Result<()> {
    let count = count.try_into().unwrap_or(u64::MAX);
    ensure!(count > 0, "{name}: must be at least 1");
    ensure!(count <= most, "{name}: must be at most {most}");
    Ok(())
}

/// The most items of a list of parameters.
const MAX_ITEMS: usize = 10_000;

/// Checks a list of parameters: it is not empty, names each item once (twice the same would count as
/// two samples), and every item is allowed, which `range` says in words.
///
/// # Errors
/// What is wrong with the list, after its name.
///
/// ```
/// use lab::preset::check_list;
/// let check = |numbers: &[u32]| check_list("numbers", numbers, "above 3", |&number| number > 3);
/// assert!(check(&[4, 5]).is_ok());
/// assert_eq!(check(&[3]).unwrap_err().to_string(), "numbers: each must be above 3");
/// assert_eq!(check(&[4, 4]).unwrap_err().to_string(), "numbers: name each once");
/// assert_eq!(check(&[]).unwrap_err().to_string(), "numbers: name at least one");
/// ```
pub fn check_list<T: PartialEq>(
    name: &str,
    items: &[T],
    range: &str,
    allowed: impl Fn(&T) -> bool,
) -> Result<()> {
    ensure!(!items.is_empty(), "{name}: name at least one");
    ensure!(items.len() <= MAX_ITEMS, "{name}: name at most {MAX_ITEMS}");
    let first = |(index, item): (usize, &T)| !items[..index].contains(item);
    ensure!(
        items.iter().enumerate().all(first),
        "{name}: name each once"
    );
    ensure!(items.iter().all(allowed), "{name}: each must be {range}");
    Ok(())
}

/// The message of a TOML error with the line instead of a picture of the place.
fn one_line(error: toml::de::Error, text: &str) -> anyhow::Error {
    let message = error.message().trim_end().replace('\n', ", ");
    let before = error.span().and_then(|span| text.get(..span.start));
    match before {
        Some(before) => anyhow::anyhow!("line {}: {message}", before.matches('\n').count() + 1),
        None => anyhow::anyhow!("{message}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        format!("{:#}", Preset::parse("mine", text).unwrap_err())
    }

    #[test]
    fn wrong_presets_are_refused_in_one_line() {
        assert!(message("").contains("no seed"));
        let negative = message("seed = -1");
        assert!(
            negative.starts_with("seed is not") && !negative.contains('\n'),
            "{negative}"
        );
        assert!(message("seed = 1\nsed = 2").contains("unknown key `sed`"));
        let broken = message("seed = 1\nx = = 2");
        assert!(
            !broken.contains('\n') && broken.contains("line 2"),
            "{broken}"
        );
        assert!(Preset::load("no-such-file.toml", &[]).is_err());
        assert!(Preset::load("/dev/zero", &[]).is_err());
        assert!(Preset::parse("mine", "\u{feff}seed = 1").is_ok());
    }

    #[test]
    fn a_section_may_be_missing_or_wrong() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Raw {
            replicates: u64,
        }
        let of = |text: &str| {
            let preset = Preset::parse("mine", text).unwrap();
            match preset.section::<Raw>("mnist-approximation") {
                Ok(raw) => format!("{} replicates", raw.replicates),
                Err(error) => format!("{error:#}"),
            }
        };
        assert_eq!(
            of("seed = 1\n[mnist-approximation]\nreplicates = 3"),
            "3 replicates"
        );
        assert!(of("seed = 1").contains("no section [mnist-approximation]"));
        assert!(
            of("seed = 1\n[mnist-approximation]\nreplicate = 2")
                .contains("unknown field `replicate`")
        );
        assert!(of("seed = 1\n[mnist-approximation]\nreplicates = 'x'").contains("invalid type"));
    }
}
