//! Presets: sections and a seed, or one line.
#![no_main]

use lab::preset::Preset;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    match Preset::parse("mine", text) {
        Ok(preset) => drop(preset.section::<Section>("coverage")),
        Err(error) => assert!(!format!("{error:#}").contains('\n'), "{error:#}"),
    }
});

/// Numbers of every kind that presets have.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    _trials: u64,
    _radius: f64,
    _candidates: Vec<u32>,
}
