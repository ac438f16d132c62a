//! Shards: one run shared out among processes that know nothing of each other.

use std::path::{Path, PathBuf};
use std::str::FromStr;

/// One of several equal parts of a run, written `i/n` and counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    number: usize,
    count: usize,
}

impl Shard {
    /// The whole run.
    pub const WHOLE: Self = Self {
        number: 1,
        count: 1,
    };

    /// Whether the unit with this index belongs to the shard. Units are dealt one by one, because
    /// neighbours often cost alike.
    pub fn has(self, unit: usize) -> bool {
        unit % self.count == self.number - 1
    }

    /// The shard of this many that has a unit.
    pub fn of_unit(unit: usize, count: usize) -> Self {
        Self {
            number: unit % count + 1,
            count,
        }
    }

    /// The file in which an experiment's finished units of this shard are kept.
    pub fn file(self, results: &Path, experiment: &str) -> PathBuf {
        let part = if self.count == 1 {
            String::new()
        } else {
            format!(".{}-of-{}", self.number, self.count)
        };
        results.join(format!("{experiment}{part}{PARTIAL}"))
    }

    /// Shards in all.
    pub fn count(self) -> usize {
        self.count
    }
}

/// How the names of all files of runs in progress end.
pub(crate) const PARTIAL: &str = ".csv.partial";

impl std::fmt::Display for Shard {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(formatter, "{}/{}", self.number, self.count)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text
            .split_once('/')
            .and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        match parts {
            Some((number, count)) if (1..=count).contains(&number) && count <= 100_000 => {
                Ok(Self { number, count })
            }
            Some((0, _)) => Err("shards are counted from 1: the first of four is 1/4".to_owned()),
            _ => Err("write i/n with 1 <= i <= n, such as 1/4".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_belongs_to_one_shard() {
        for count in 1..6 {
            let shards: Vec<Shard> = (1..=count)
                .map(|i| format!("{i}/{count}").parse().unwrap())
                .collect();
            for unit in 0..20 {
                let owners: Vec<&Shard> = shards.iter().filter(|shard| shard.has(unit)).collect();
                assert_eq!(owners, [&Shard::of_unit(unit, count)]);
            }
        }
    }

    #[test]
    fn what_is_no_shard_is_refused() {
        for text in ["", "1", "5/4", "-1/4", "1/0", "a/b", "1/4/2", "1/1000000"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
        assert!("0/4".parse::<Shard>().unwrap_err().contains("from 1"));
    }
}
