//! What an experiment's sources say beside what we do and find: tables that stand in the report alone.

use serde::{Deserialize, Serialize};

/// Numbers of a source beside ours.
#[derive(Debug, Clone, Serialize)]
pub struct Comparison {
    /// What readers call the experiment in that source.
    pub title: &'static str,
    /// The name of each column.
    pub headings: Vec<String>,
    /// Cells, of which the first names its line.
    pub lines: Vec<Vec<String>>,
    /// What the lines say, and what they do not.
    pub note: String,
    /// The table whose rows are ours: the CSV file's name without `.csv`.
    pub table: &'static str,
}

/// The settings of an experiment, side by side.
#[derive(Debug, Clone, Serialize)]
pub struct Settings {
    /// What readers call the experiment in the sources.
    pub title: &'static str,
    /// One after the other.
    pub settings: Vec<Setting>,
}

/// What the sources say of one setting, and ours. Where nothing was read, or it was not understood, there is
/// nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// The setting.
    pub name: String,
    /// What the paper's figures show.
    #[serde(default)]
    pub paper: String,
    /// What its README says.
    #[serde(default)]
    pub readme: String,
    /// What its code does.
    #[serde(default)]
    pub code: String,
    /// What its log reports.
    #[serde(default)]
    pub log: String,
    /// Ours.
    #[serde(default)]
    pub ours: String,
}

impl Settings {
    /// The settings of a file `settings.toml`; what it leaves open of ours is given by name.
    ///
    /// # Panics
    /// If the text is no list of settings, a setting has no value or two of ours, or a value has no setting.
    pub fn new(title: &'static str, text: &str, ours: &[(&str, String)]) -> Self {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            setting: Vec<Setting>,
        }
        let file = toml::from_str(text);
        let File { mut setting } = file.unwrap_or_else(|error| panic!("settings: {error}"));
        for (name, value) in ours {
            let named = setting.iter_mut().find(|setting| setting.name == *name);
            let named = named.unwrap_or_else(|| panic!("there is no setting `{name}`"));
            assert!(named.ours.is_empty(), "two values of ours for `{name}`");
            named.ours.clone_from(value);
        }
        for Setting { name, ours, .. } in &setting {
            assert!(!ours.is_empty(), "no value of ours for `{name}`");
        }
        Self {
            title,
            settings: setting,
        }
    }
}

/// Values of ours from rows, in a line; that there are none means that nothing was run.
pub fn or_not_run(values: impl IntoIterator<Item = String>) -> String {
    let values: Vec<String> = values.into_iter().collect();
    match values.is_empty() {
        true => "not run".to_owned(),
        false => values.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "[[setting]]\nname = 'batch'\ncode = '64'\n[[setting]]\nname = 'rate'\nours = '0.1'\n";

    #[test]
    fn values_of_ours_go_where_the_file_leaves_them_open() {
        let table = Settings::new("", TEXT, &[("batch", "32".to_owned())]);
        let cells = |setting: &Setting| [setting.code.clone(), setting.ours.clone()];
        let cells: Vec<_> = table.settings.iter().map(cells).collect();
        assert_eq!(cells, [["64", "32"], ["", "0.1"]]);
    }

    #[test]
    #[should_panic(expected = "no value of ours for `batch`")]
    fn a_setting_needs_ours() {
        Settings::new("", TEXT, &[]);
    }

    #[test]
    #[should_panic(expected = "two values of ours for `rate`")]
    fn a_setting_has_one_value() {
        Settings::new("", TEXT, &[("rate", "0.2".to_owned())]);
    }

    #[test]
    #[should_panic(expected = "no setting `bach`")]
    fn a_value_needs_a_setting() {
        Settings::new("", TEXT, &[("bach", "32".to_owned())]);
    }
}
