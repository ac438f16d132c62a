//! One random gadget, pruned to one weight: every unit with what is kept of it.

use super::row::GadgetRow;
use super::shared::Shared;
use ::networks::{Dense, Matrix, Network};
use anyhow::{Result, ensure};
use lab::{Part, Rows, Unit, boxed};
use serde::{Deserialize, Serialize};
use tickets::construction::{
    Construction, Norms, PrunedMatrix, RandomNetwork, Selection, Target, construct,
};

/// A weight in steps of 2^-23.
const STEP: f64 = 1.0 / (1 << 23) as f64;

/// Which gadget.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// The weight to approximate.
    pub weight: f64,
    /// The largest error on \[-1, 1\] that counts as success.
    pub epsilon: f64,
    /// Units a half.
    pub units: usize,
}

impl Part<Shared> for Parameters {
    fn check(&self) -> Result<()> {
        ensure!(
            (-1.0..=1.0).contains(&self.weight),
            "weight must be from -1 to 1"
        );
        ensure!(
            self.epsilon > 0.0 && self.epsilon <= 1.0,
            "epsilon must be above 0 and at most 1"
        );
        ensure!((1..=50).contains(&self.units), "units must be from 1 to 50");
        Ok(())
    }

    fn units<'a>(&'a self, _: &'a Shared) -> Vec<Box<dyn Unit + 'a>> {
        boxed([self.clone()])
    }
}

impl Unit for Parameters {
    fn key(&self) -> String {
        let Parameters {
            weight,
            epsilon,
            units,
        } = self;
        format!("gadget/weight={weight}/epsilon={epsilon}/n={units}")
    }

    fn seconds(&self) -> f64 {
        1e-3
    }

    /// The fewest out-weights that are close enough are kept, so that they can be told apart; the
    /// closest ones if none are.
    fn compute(&self, seed: u64, rows: &mut Rows) -> Result<()> {
        let weight = Matrix::new(1, 1, vec![self.weight as f32]);
        let (name, bias) = ("fc1".to_owned(), None);
        let target = Network::new(vec![Dense { name, weight, bias }])?;
        let target = Target::new(&target, Norms::AtMostOne)?;
        let random = RandomNetwork::new(&[1, 1], &[self.units], seed, 0)?;
        let construction = Construction {
            selection: Selection::SmallestFeasible,
            ..Construction::PAPER
        };
        let (pruned, _) = construct(&random, &target, construction, self.epsilon)?;
        let (layer, pruned) = (&random.layers()[0], &pruned.layers()[0]);
        let weights = layer.first(0, 0).into_iter().zip(layer.second(0, 0));
        for (unit, (in_weight, out_weight)) in weights.enumerate() {
            rows.push(&GadgetRow {
                weight: self.weight,
                epsilon: self.epsilon,
                unit: unit as u64 + 1,
                in_weight: f64::from(in_weight) * STEP,
                out_weight: f64::from(out_weight) * STEP,
                keeps_in_weight: keeps(pruned.first(), unit, 0),
                keeps_out_weight: keeps(pruned.second(), 0, unit),
            })?;
        }
        Ok(())
    }
}

fn keeps(matrix: &PrunedMatrix, row: usize, column: usize) -> bool {
    matrix.row(row).any(|(kept, _)| kept == column)
}
