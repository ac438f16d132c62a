//! Checkpoints: a run after some of its epochs, from which it goes on to the bit.

use crate::files::{Kept, RunFiles};
use crate::learner::State;
use crate::row::EpochRow;
use crate::tensors::{self, Stored, floats};
use anyhow::Result;
use safetensors::SafeTensors;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a run has come to: its epochs, and all that training changes.
pub(crate) struct Checkpoint {
    pub(crate) epochs: Vec<EpochRow>,
    pub(crate) state: State,
}

/// The note in a checkpoint's file.
#[derive(Serialize, Deserialize)]
struct Note {
    /// All that the run depends on.
    identity: String,
    epochs: Vec<EpochRow>,
}

/// What a checkpoint's note is called.
const NOTE: &str = "checkpoint";

/// What the two tensors of a pair are called.
const PAIR: [&str; 2] = ["trained", "velocity"];

impl Checkpoint {
    /// Writes it in place of the run's last one.
    pub(crate) fn write(&self, files: RunFiles) -> Result<()> {
        let mut stored: BTreeMap<String, Stored> = BTreeMap::new();
        for (name, pair) in &self.state {
            for (part, matrix) in PAIR.iter().zip(pair) {
                stored.insert(format!("{name}.{part}"), Stored::matrix(matrix));
            }
        }
        let note = serde_json::to_string(&Note {
            identity: files.identity(),
            epochs: self.epochs.clone(),
        })?;
        let file = tensors::to_bytes(&stored, (NOTE, note))?;
        files.write(Kept::Checkpoint, &file)
    }

    /// The one of the same run with the same version and data, if there is one that can be read.
    pub(crate) fn find(files: RunFiles) -> Option<Checkpoint> {
        let file = files.find(Kept::Checkpoint)?;
        let note: Note = serde_json::from_str(&tensors::note(&file, NOTE)?).ok()?;
        if note.identity != files.identity() {
            return None;
        }
        Some(Checkpoint {
            epochs: note.epochs,
            state: state(&file)?,
        })
    }
}

/// The state in a checkpoint's file.
fn state(file: &[u8]) -> Option<State> {
    let stored = SafeTensors::deserialize(file).ok()?;
    let part = |name: &str, part: &str| {
        let name = format!("{name}.{part}");
        floats(&name, &stored.tensor(&name).ok()?).ok()
    };
    let trained = format!(".{}", PAIR[0]);
    let names = stored.names().into_iter();
    let names = names.filter_map(|name| name.strip_suffix(&trained));
    names
        .map(|name| {
            Some((
                name.to_owned(),
                [part(name, PAIR[0])?, part(name, PAIR[1])?],
            ))
        })
        .collect()
}
