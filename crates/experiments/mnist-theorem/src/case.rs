//! The cases that a preset names: random networks to be pruned.

use super::config::{Config, Networks, Parameters};
use super::row::Row;
use anyhow::Result;
use serde::Serialize;
use tickets::construction::{
    Construction, Gadget, NonnegativeInputs, RandomNetwork, Selection, Split,
};

/// One pruned random network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    /// Which units serve which half-line.
    pub gadget: Gadget,
    /// Where inputs are taken to be nonnegative.
    pub nonnegative_inputs: NonnegativeInputs,
    /// Hidden units in a half of a block.
    pub units: usize,
    /// The most candidates of an instance.
    pub candidates: usize,
    /// Which independent random network, from 1.
    pub replicate: u64,
}

impl Case {
    /// The case that a row comes from.
    pub fn of(row: &Row) -> Self {
        Self {
            gadget: row.gadget,
            nonnegative_inputs: row.nonnegative_inputs,
            units: row.units,
            candidates: row.candidates,
            replicate: row.replicate,
        }
    }

    /// Its stable name.
    pub fn key(&self) -> String {
        format!(
            "{}/nonnegative={}/n={}/m={}/replicate={}",
            name(&self.gadget),
            name(&self.nonnegative_inputs),
            self.units,
            self.candidates,
            self.replicate
        )
    }

    /// How its network is pruned.
    pub fn construction(&self) -> Construction {
        Construction {
            gadget: self.gadget,
            nonnegative_inputs: self.nonnegative_inputs,
            split: Split::PerWeight,
            selection: Selection::Closest,
            candidates: self.candidates,
        }
    }

    /// Whether it approximates the target on all inputs, not on nonnegative ones alone.
    pub(super) fn is_signed(&self) -> bool {
        self.nonnegative_inputs != NonnegativeInputs::Everywhere
    }
}

impl Parameters {
    /// All cases, in the order of the preset.
    pub(super) fn cases(&self) -> impl Iterator<Item = Case> {
        self.networks.iter().flat_map(Networks::cases)
    }
}

impl Networks {
    fn cases(&self) -> impl Iterator<Item = Case> {
        self.candidates.iter().flat_map(move |&candidates| {
            (1..=self.replicates).map(move |replicate| Case {
                gadget: self.gadget,
                nonnegative_inputs: self.nonnegative_inputs,
                units: self.units,
                candidates,
                replicate,
            })
        })
    }
}

impl Config {
    /// The random network of a case. Networks that differ only in n are nested.
    pub(super) fn random(&self, case: &Case) -> Result<RandomNetwork> {
        let units = vec![case.units; self.target.layers().len()];
        let widths = self.target.widths();
        Ok(RandomNetwork::new(
            &widths,
            &units,
            self.seed,
            case.replicate,
        )?)
    }
}

/// What an option is called in files.
pub(super) fn name(option: &impl Serialize) -> String {
    let value = serde_json::json!(option);
    value.as_str().unwrap_or_default().to_owned()
}
