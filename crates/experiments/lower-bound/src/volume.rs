//! Part two: which share of the spectral unit ball pruned networks of two layers hit, and packings of it.

use crate::packing::Packing;
use crate::row::{NAME, PackingRow, VolumeRow};
use crate::square::draw_in_ball;
use crate::versions::{Versions, count, draw_units};
use anyhow::{Result, ensure};
use lab::preset::{MAX_COUNT, check_count, check_list};
use lab::{Part, Rows, Unit, boxed};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use subset_sum::sampling::generator;

/// Points at which a packing ends.
const MAX_POINTS: usize = 100_000;

/// Random networks of two layers, and targets drawn for each.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Inputs and outputs (d): 2 or 3.
    pub width: usize,
    /// Hidden units (k).
    pub units: Vec<usize>,
    /// Tolerances.
    pub tolerances: Vec<f64>,
    /// Networks for each number of units and tolerance.
    pub networks: u64,
    /// Targets for each network.
    pub targets: u64,
}

/// Packings, and a network for each.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackingParameters {
    /// Rows and columns (d): 2 or 3.
    pub width: usize,
    /// Hidden units of the network (k).
    pub units: usize,
    /// Tolerances: points are twice as far apart.
    pub tolerances: Vec<f64>,
    /// Random matrices that are offered.
    pub tries: u64,
}

/// Widths, and tolerances that mean something.
fn check(width: usize, units: &[usize], tolerances: &[f64]) -> Result<()> {
    ensure!([2, 3].contains(&width), "width = {width}: must be 2 or 3");
    let most = if width == 2 { 6 } else { 3 };
    check_list("units", units, &format!("from 1 to {most}"), |units| {
        (1..=most).contains(units)
    })?;
    check_list("tolerances", tolerances, "from 0.01 to 1", |eps| {
        (0.01..=1.0).contains(eps)
    })
}

impl Part<()> for Parameters {
    fn check(&self) -> Result<()> {
        check(self.width, &self.units, &self.tolerances)?;
        check_count("networks", self.networks, MAX_COUNT)?;
        check_count("targets", self.targets, MAX_COUNT)?;
        Ok(())
    }

    fn units<'a>(&'a self, (): &'a ()) -> Vec<Box<dyn Unit + 'a>> {
        match self.width {
            2 => boxed(self.volumes::<2>()),
            _ => boxed(self.volumes::<3>()),
        }
    }
}

impl Parameters {
    fn volumes<const D: usize>(&self) -> impl Iterator<Item = Volume<D>> {
        let volume = |units, tolerance| Volume {
            size: Size { units, tolerance },
            networks: self.networks,
            targets: self.targets,
        };
        let units = self.units.iter();
        units.flat_map(move |&units| self.tolerances.iter().map(move |&eps| volume(units, eps)))
    }
}

impl Part<()> for PackingParameters {
    fn check(&self) -> Result<()> {
        check(self.width, &[self.units], &self.tolerances)?;
        check_count("tries", self.tries, MAX_COUNT)?;
        Ok(())
    }

    fn units<'a>(&'a self, (): &'a ()) -> Vec<Box<dyn Unit + 'a>> {
        let (units, tries) = (self.units, self.tries);
        let sizes = self.tolerances.iter();
        let sizes = sizes.map(|&tolerance| Size { units, tolerance });
        match self.width {
            2 => boxed(sizes.map(|size| Packed::<2> { size, tries })),
            _ => boxed(sizes.map(|size| Packed::<3> { size, tries })),
        }
    }
}

/// A network's size and a tolerance.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Size {
    units: usize,
    tolerance: f64,
}

impl Size {
    fn key(self, part: &str, width: usize) -> String {
        let Size { units, tolerance } = self;
        format!("{part}/d={width}/units={units}/tolerance={tolerance}")
    }

    fn parameters(self, width: usize) -> u32 {
        (2 * width * self.units) as u32
    }
}

/// All networks of one size at one tolerance.
struct Volume<const D: usize> {
    size: Size,
    networks: u64,
    targets: u64,
}

impl<const D: usize> Unit for Volume<D> {
    fn key(&self) -> String {
        self.size.key("volume", D)
    }

    fn seconds(&self) -> f64 {
        let versions = count::<D>(self.size.units) as f64;
        let a_target = 1e-6 + 3e-9 * versions * self.size.tolerance;
        self.networks as f64 * (3e-8 * versions + self.targets as f64 * a_target)
    }

    fn compute(&self, seed: u64, rows: &mut Rows) -> Result<()> {
        let key = self.key();
        let of_network = |number: u64| {
            let mut draws = generator(seed, NAME, &key, number);
            let units = draw_units::<D>(self.size.units, &mut draws);
            let versions = Versions::new(&units, self.size.tolerance);
            let targets = (0..self.targets).map(|_| draw_in_ball(&mut draws));
            let hits = targets.filter(|target| versions.hit(target)).count();
            (hits as u64, versions.nearly_linear() as u64)
        };
        let sum = |a: (u64, u64), b: (u64, u64)| (a.0 + b.0, a.1 + b.1);
        let networks = (1..=self.networks).into_par_iter();
        let (hits, nearly_linear) = networks.map(of_network).reduce(|| (0, 0), sum);
        rows.push(&VolumeRow {
            width: D as u32,
            units: self.size.units as u32,
            parameters: self.size.parameters(D),
            versions: count::<D>(self.size.units),
            tolerance: self.size.tolerance,
            networks: self.networks,
            targets: self.networks * self.targets,
            hits,
            nearly_linear,
        })
    }
}

/// One packing and one network.
struct Packed<const D: usize> {
    size: Size,
    tries: u64,
}

impl<const D: usize> Unit for Packed<D> {
    fn key(&self) -> String {
        self.size.key("packing", D)
    }

    fn seconds(&self) -> f64 {
        self.tries as f64 * 3e-6
    }

    fn compute(&self, seed: u64, rows: &mut Rows) -> Result<()> {
        let Size { units, tolerance } = self.size;
        let mut draws = generator(seed, NAME, &self.key(), 1);
        let packing: Packing<D> =
            Packing::greedy(2.0 * tolerance, self.tries, MAX_POINTS, &mut draws);
        let network = draw_units::<D>(units, &mut draws);
        let versions = Versions::new(&network, tolerance);
        let points = packing.points().par_iter();
        let hits = points.filter(|point| versions.hit(point)).count();
        rows.push(&PackingRow {
            width: D as u32,
            tolerance,
            tries: self.tries,
            points: packing.points().len() as u64,
            least_distance: packing.least_distance(),
            units: units as u32,
            parameters: self.size.parameters(D),
            hits: hits as u64,
        })
    }
}
