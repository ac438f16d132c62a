//! Verdicts on rows that are made up to support, contradict or lack what is claimed.

use existence::reference::BOTH;
use existence::{Experiment, Row, SizeRow};
use lab::claims::Verdict::{self, Contradicted, Inconclusive, Supported};
use lab::judge;
use lab::testing::write;
use tempfile::TempDir;

/// Tables that are made up.
#[derive(Default)]
struct MadeUp {
    rows: Vec<Row>,
    sizes: Vec<SizeRow>,
}

impl MadeUp {
    /// Instances with 15 candidates.
    fn add(&mut self, distribution: &str, failures: u64, sizes: &[u64]) {
        self.rows.push(Row {
            distribution: distribution.to_owned(),
            candidates: 15,
            tolerance: 0.01,
            instances: sizes.iter().sum(),
            failures,
            reference_failures: failures,
        });
        let row = |(size, &count): (u32, &u64)| SizeRow {
            distribution: distribution.to_owned(),
            candidates: 15,
            size,
            smallest: count,
            closest: 0,
            reference: count,
        };
        self.sizes.extend((0..).zip(sizes).map(row));
    }

    /// The authors' run, a `part` of it, with one in so many instances of size 3 moved to size 2.
    fn reference(part: u64, moved: u64, failing: u64) -> Self {
        let mut made_up = Self::default();
        for reference in &BOTH {
            let mut sizes = reference.classes().map(|count| count / part);
            let shift = sizes[3] / moved;
            sizes[3] -= shift;
            sizes[2] += shift;
            made_up.add(
                reference.distribution,
                failing * reference.failures / part,
                &sizes,
            );
        }
        made_up
    }

    fn verdict(&self, id: &str) -> Option<Verdict> {
        let folder = TempDir::new().unwrap();
        write(folder.path(), &self.rows);
        write(folder.path(), &self.sizes);
        let judgements = judge(&Experiment, folder.path()).unwrap();
        let found = judgements.into_iter().find(|found| found.claim.id == id);
        found.expect(id).evidence.map(|evidence| evidence.verdict)
    }
}

#[test]
fn without_rows_or_with_other_ones_there_is_no_verdict() {
    let mut other = MadeUp::reference(1, 1000, 1);
    other.rows.iter_mut().for_each(|row| row.tolerance = 0.02);
    for id in ["FU-2.1", "FU-2.2", "FU-2.3", "FU-2.4"] {
        assert_eq!(MadeUp::default().verdict(id), None, "{id}");
    }
    for id in ["FU-2.1", "FU-2.2", "FU-2.3"] {
        assert_eq!(other.verdict(id), None, "{id}");
    }
}

#[test]
fn sizes_are_those_of_the_authors_run_or_are_not() {
    assert_eq!(
        MadeUp::reference(1, 1000, 1).verdict("FU-2.1"),
        Some(Supported)
    );
    assert_eq!(
        MadeUp::reference(1, 20, 1).verdict("FU-2.1"),
        Some(Contradicted)
    );
    // With few instances no difference is found, which is no support.
    assert_eq!(
        MadeUp::reference(10, 1000, 1).verdict("FU-2.1"),
        Some(Inconclusive)
    );
    let mut one_kind = MadeUp::reference(1, 1000, 1);
    one_kind.rows.pop();
    assert_eq!(one_kind.verdict("FU-2.1"), Some(Inconclusive));
}

#[test]
fn failures_are_as_many_as_in_the_authors_run_or_are_not() {
    assert_eq!(
        MadeUp::reference(1, 1000, 1).verdict("FU-2.2"),
        Some(Supported)
    );
    assert_eq!(
        MadeUp::reference(1, 1000, 2).verdict("FU-2.2"),
        Some(Contradicted)
    );
}

#[test]
fn products_fail_more_often_or_do_not() {
    assert_eq!(
        MadeUp::reference(1, 1000, 1).verdict("FU-2.3"),
        Some(Supported)
    );
    let mut alike = MadeUp::reference(1, 1000, 1);
    alike.rows[1].failures = alike.rows[0].failures;
    assert_eq!(alike.verdict("FU-2.3"), Some(Contradicted));
    alike.rows.iter_mut().for_each(|row| row.failures = 0);
    assert_eq!(alike.verdict("FU-2.3"), Some(Inconclusive));
}

#[test]
fn one_element_suffices_as_often_as_computed_or_does_not() {
    let sizes = |few: u64| {
        let mut made_up = MadeUp::default();
        made_up.add("uniform", 0, &[1_000, few - 1_000, 100_000 - few]);
        made_up
    };
    assert_eq!(sizes(14_821).verdict("FU-2.4"), Some(Supported));
    assert_eq!(sizes(12_000).verdict("FU-2.4"), Some(Contradicted));
}
