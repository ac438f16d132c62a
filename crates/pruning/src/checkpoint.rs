//! Checkpoints: a run after some of its epochs, from which it goes on to the bit.

use crate::config::{Config, Run};
use crate::data::bytes;
use crate::learner::Tensor;
use crate::row::EpochRow;
use anyhow::{Context, Result};
use lab::write_whole;
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensors, serialize};
use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;
use tickets::Matrix;

/// What a run has come to: its epochs, and all that training changes.
pub(crate) struct Checkpoint {
    pub(crate) epochs: Vec<EpochRow>,
    pub(crate) state: Vec<Tensor>,
}

fn path(config: &Config, run: &Run) -> PathBuf {
    config.file(run, "checkpoint")
}

/// Writes a checkpoint in place of the last one.
pub(crate) fn write(config: &Config, run: &Run, checkpoint: &Checkpoint) -> Result<()> {
    let path = path(config, run);
    std::fs::create_dir_all(&config.folder).with_context(|| config.folder.display().to_string())?;
    let metadata = HashMap::from([
        ("identity".to_owned(), config.identity(run)),
        (
            "epochs".to_owned(),
            serde_json::to_string(&checkpoint.epochs)?,
        ),
    ]);
    let values = |(name, matrix): &Tensor| {
        (
            name.clone(),
            [matrix.rows(), matrix.columns()],
            bytes(matrix.values()),
        )
    };
    let tensors: Vec<_> = checkpoint.state.iter().map(values).collect();
    let views = tensors.iter().map(|(name, shape, bytes)| {
        let view = TensorView::new(Dtype::F32, shape.to_vec(), bytes);
        (
            name.as_str(),
            view.expect("as many bytes as its shape says"),
        )
    });
    let file = serialize(views, Some(metadata))?;
    write_whole(&path, |to| Ok(to.write_all(&file)?))
}

/// The checkpoint of the same run with the same code and data, if there is one that can be read.
pub(crate) fn read(config: &Config, run: &Run) -> Option<Checkpoint> {
    let file = std::fs::read(path(config, run)).ok()?;
    let (_, header) = SafeTensors::read_metadata(&file).ok()?;
    let metadata = header.metadata().as_ref()?;
    if *metadata.get("identity")? != config.identity(run) {
        return None;
    }
    let tensors = SafeTensors::deserialize(&file).ok()?;
    // A file keeps its tensors in no order; the caller knows the one that it needs.
    let tensor = |(name, view): (&str, TensorView)| {
        let &[rows, columns] = view.shape() else {
            return None;
        };
        let numbers = view
            .data()
            .as_chunks()
            .0
            .iter()
            .map(|&bytes| f32::from_le_bytes(bytes));
        (view.dtype() == Dtype::F32).then(|| {
            (
                name.to_owned(),
                Matrix::new(rows, columns, numbers.collect()),
            )
        })
    };
    let mut state: Vec<Tensor> = tensors.iter().map(tensor).collect::<Option<_>>()?;
    state.sort_by(|(left, _), (right, _)| left.cmp(right));
    let epochs = serde_json::from_str(metadata.get("epochs")?).ok()?;
    Some(Checkpoint { epochs, state })
}

/// Removes a run's checkpoint, if there is one.
pub(crate) fn remove(config: &Config, run: &Run) {
    // What cannot be removed is in nobody's way: it is written over or found to be another run's.
    let _ = std::fs::remove_file(path(config, run));
}
