//! What the results folder keeps of a run: where its files are, and what makes them the run's own.

use crate::config::Config;
use crate::row::SCHEMA;
use crate::run::Run;
use crate::tensors;
use anyhow::Result;
use lab::store::{self, Lock};
use serde_json::json;
use std::path::PathBuf;

/// What a file of a run holds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kept {
    /// The run as it was after some of its epochs.
    Checkpoint,
    /// The dense network that it ended with.
    Network,
    /// The pruned network that it ended with.
    Ticket,
}

/// The files of one run.
#[derive(Clone, Copy)]
pub(crate) struct RunFiles<'a> {
    pub(crate) config: &'a Config,
    pub(crate) run: &'a Run,
}

impl RunFiles<'_> {
    /// All that the run's network depends on, in one line.
    pub(crate) fn identity(&self) -> String {
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "schema": SCHEMA,
            "root": self.config.seed,
            "run": self.run,
            "images": self.config.images.sha256,
            "weights": self.config.weights(),
        })
        .to_string()
    }

    fn path(&self, kept: Kept) -> PathBuf {
        let kind = match kept {
            Kept::Checkpoint => "checkpoint",
            Kept::Network => "network",
            Kept::Ticket => "ticket",
        };
        let key = self.run.key().replace('/', ".");
        self.config.folder.join(format!("{key}.{kind}.safetensors"))
    }

    /// Writes a file in place of the last one.
    pub(crate) fn write(&self, kept: Kept, bytes: &[u8]) -> Result<()> {
        store::create_folder(&self.config.folder)?;
        store::write(&self.path(kept), bytes)
    }

    /// A file's bytes. One that cannot be read is as good as none, since a run makes it anew.
    pub(crate) fn find(&self, kept: Kept) -> Option<Vec<u8>> {
        store::find(&self.path(kept)).ok().flatten()
    }

    /// The file of the dense network, if it is that of this run with the same version and data.
    pub(crate) fn find_network(&self) -> Option<Vec<u8>> {
        let file = self.find(Kept::Network)?;
        (tensors::note(&file, "identity")? == self.identity()).then_some(file)
    }

    /// Removes a file, if it is there.
    pub(crate) fn remove(&self, kept: Kept) {
        // What cannot be removed is in nobody's way: it is written over or found to be another run's.
        let _ = std::fs::remove_file(self.path(kept));
    }

    /// A lock on the run, whose network several processes may need at once, in one folder.
    pub(crate) fn lock(&self) -> Result<Lock> {
        store::create_folder(&self.config.folder)?;
        store::wait_for_lock(&self.path(Kept::Network).with_extension("lock"))
    }
}
