//! Checkpoints: a run after some of its epochs, from which it goes on to the bit.

use crate::config::Config;
use crate::data::bytes;
use crate::learner::State;
use crate::network_file::{Stored, floats, safetensors};
use crate::row::EpochRow;
use crate::run::Run;
use anyhow::{Context, Result};
use lab::store;
use safetensors::SafeTensors;
use safetensors::tensor::Dtype;
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

/// What the two tensors of a pair are called.
const PAIR: [&str; 2] = ["trained", "velocity"];

/// Writes a checkpoint in place of the last one.
pub(crate) fn write(config: &Config, run: &Run, checkpoint: &Checkpoint) -> Result<()> {
    let mut tensors: BTreeMap<String, Stored> = BTreeMap::new();
    for (name, pair) in &checkpoint.state {
        for (part, matrix) in PAIR.iter().zip(pair) {
            let shape = vec![matrix.rows(), matrix.columns()];
            tensors.insert(
                format!("{name}.{part}"),
                (Dtype::F32, shape, bytes(matrix.values())),
            );
        }
    }
    let note = Note {
        identity: config.identity(run),
        epochs: checkpoint.epochs.clone(),
    };
    let file = safetensors(&tensors, ("checkpoint", serde_json::to_string(&note)?))?;
    std::fs::create_dir_all(&config.folder).with_context(|| config.folder.display().to_string())?;
    store::write(&config.file(run, "checkpoint"), &file)
}

/// The checkpoint of the same run with the same version and data, if there is one that can be read.
pub(crate) fn read(config: &Config, run: &Run) -> Option<Checkpoint> {
    let file = std::fs::read(config.file(run, "checkpoint")).ok()?;
    let (_, header) = SafeTensors::read_metadata(&file).ok()?;
    let note: Note = serde_json::from_str(header.metadata().as_ref()?.get("checkpoint")?).ok()?;
    if note.identity != config.identity(run) {
        return None;
    }
    let tensors = SafeTensors::deserialize(&file).ok()?;
    let mut state = State::new();
    for name in tensors.names() {
        if let Some(name) = name.strip_suffix(&format!(".{}", PAIR[0])) {
            let part = |part: &str| {
                let name = format!("{name}.{part}");
                floats(&name, &tensors.tensor(&name).ok()?).ok()
            };
            state.insert(name.to_owned(), [part(PAIR[0])?, part(PAIR[1])?]);
        }
    }
    Some(Checkpoint {
        epochs: note.epochs,
        state,
    })
}

/// Removes a run's checkpoint, if there is one.
pub(crate) fn remove(config: &Config, run: &Run) {
    // What cannot be removed is in nobody's way: it is written over or found to be another run's.
    let _ = std::fs::remove_file(config.file(run, "checkpoint"));
}
