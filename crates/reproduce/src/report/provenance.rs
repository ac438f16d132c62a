//! How the rows of an experiment were made, from the record beside them.

use super::numbers::date;
use anyhow::Result;
use lab::meta::Meta;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// A finished run.
#[derive(Serialize)]
pub(super) struct Record {
    pub(super) seed: Option<u64>,
    finished: String,
    /// Seconds from the start of the first process to the end.
    seconds: u64,
    tables: BTreeMap<String, u64>,
    sessions: Vec<Session>,
}

/// A process that computed rows.
#[derive(Serialize)]
struct Session {
    command: String,
    revision: String,
    machine: String,
    threads: usize,
    started: String,
}

/// The record of an experiment, if its run is finished and all its tables are in the folder.
pub(super) fn read(results: &Path, experiment: &str) -> Result<Option<Record>> {
    let meta = Meta::read(results, experiment)?;
    let meta = meta.filter(|meta| meta.check(results).is_ok());
    Ok(meta.map(Record::of))
}

impl Record {
    fn of(meta: Meta) -> Self {
        let starts = meta.sessions.iter().map(|session| session.started);
        let start = starts.min().unwrap_or(meta.finished);
        let session = |session: &lab::meta::Session| Session {
            command: session.command.join(" "),
            revision: session.revision.clone(),
            machine: session.machine.clone(),
            threads: session.threads,
            started: date(session.started),
        };
        Self {
            seed: meta.seed(),
            finished: date(meta.finished),
            seconds: meta.finished.saturating_sub(start),
            sessions: meta.sessions.iter().map(session).collect(),
            tables: meta.rows(),
        }
    }
}
