//! The rows of a results folder, and what claims, table and figure ask of them.

use crate::reference::{CANDIDATES, COUNTED, Reference, TOLERANCE};
use crate::row::{Row, SizeRow};
use anyhow::Result;
use lab::statistics::{Proportion, StatisticsError};
use lab::table;
use std::path::Path;

/// The rows of both tables.
#[derive(Debug, Clone, Default)]
pub struct Results {
    /// Instances of each distribution and number.
    pub rows: Vec<Row>,
    /// The same by size.
    pub sizes: Vec<SizeRow>,
}

impl Results {
    /// The rows in a results folder, `None` if one of the tables is not there.
    ///
    /// # Errors
    /// Tables that cannot be read.
    pub fn read(results: &Path) -> Result<Option<Self>> {
        let tables = table::read(results)?.zip(table::read(results)?);
        Ok(tables.map(|(rows, sizes)| Self { rows, sizes }))
    }

    /// The rows of a distribution, in their order.
    pub fn of<'a>(&'a self, distribution: &'a str) -> impl Iterator<Item = &'a Row> {
        let rows = self.rows.iter();
        rows.filter(move |row| row.distribution == distribution)
    }

    /// The instances that stand beside a run of the authors' code: as many numbers and its tolerance.
    pub fn beside(&self, reference: &Reference) -> Option<&Row> {
        self.of(reference.distribution)
            .find(|row| row.candidates == CANDIDATES && row.tolerance == TOLERANCE)
    }

    /// The sizes of the instances of a row.
    pub fn sizes_of<'a>(&'a self, row: &'a Row) -> impl Iterator<Item = &'a SizeRow> {
        self.sizes.iter().filter(move |size| {
            size.distribution == row.distribution && size.candidates == row.candidates
        })
    }

    /// The instances of a row by size as the authors' code counts them, those of 6 and more together.
    pub fn classes(&self, row: &Row) -> [u64; COUNTED + 1] {
        let mut classes = [0; COUNTED + 1];
        for size in self.sizes_of(row) {
            classes[COUNTED.min(size.size as usize)] += size.reference;
        }
        classes
    }

    /// The mean size of the instances of a row, by one of the counts; `None` if it counts none.
    pub fn mean_size(&self, row: &Row, count: fn(&SizeRow) -> u64) -> Option<f64> {
        let (mut sum, mut instances) = (0, 0);
        for size in self.sizes_of(row) {
            sum += u64::from(size.size) * count(size);
            instances += count(size);
        }
        (instances > 0).then(|| sum as f64 / instances as f64)
    }
}

/// The probability that an instance fails, as counted.
///
/// # Errors
/// A row without instances.
pub fn failure(row: &Row) -> Result<Proportion, StatisticsError> {
    Proportion::new(row.failures, row.instances)
}
