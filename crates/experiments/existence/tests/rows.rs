//! Rows against their definition, by looking at every subset.

use existence::{Experiment, NAME, Row, SizeRow};
use lab::testing::{read, run};
use subset_sum::Law;
use subset_sum::grid::ONE;
use subset_sum::sampling::{generator, uniform};

const PRESET: &str = "seed = 7
[existence]
distributions = ['uniform', 'product']
tolerance = 0.03125
measured = [{ from = 1, to = 3, instances = 300 }, { from = 4, to = 7, instances = 300 }]
";

/// Error and size of every subset of an instance.
fn subsets(law: Law, candidates: u32, instance: u64) -> Vec<(i64, u32)> {
    let key = format!("distribution={law}/n={candidates}");
    let mut draws = generator(7, NAME, &key, instance);
    let target = uniform(&mut draws, -ONE, ONE);
    let numbers: Vec<i64> = (0..candidates).map(|_| law.draw(&mut draws)).collect();
    let error = |mask: u32| {
        let taken = numbers
            .iter()
            .enumerate()
            .filter(|(at, _)| mask >> at & 1 == 1);
        (taken.map(|(_, number)| number).sum::<i64>() - target).abs()
    };
    (0..1 << candidates)
        .map(|mask: u32| (error(mask), mask.count_ones()))
        .collect()
}

/// Whether a subset within the tolerance is among these, and the size of the smallest one or the closest.
fn ending(subsets: &[(i64, u32)]) -> (bool, u32) {
    let feasible = subsets.iter().filter(|subset| subset.0 <= ONE / 32);
    match feasible.map(|subset| subset.1).min() {
        Some(size) => (true, size),
        None => (false, subsets.iter().min().unwrap().1),
    }
}

#[test]
fn rows_count_instances_as_looking_at_every_subset_does() {
    let folder = run(&Experiment, PRESET, 2);
    let (rows, sizes) = (read::<Row>(&folder), read::<SizeRow>(&folder));
    assert_eq!(rows.len(), 14);
    let mut full_set_alone = 0;
    for row in rows {
        let law: Law = row.distribution.parse().unwrap();
        let instances = (1..=300).map(|instance| subsets(law, row.candidates, instance));
        let endings = instances.map(|mut all| {
            let ours = ending(&all);
            all.pop();
            (ours, ending(&all))
        });
        let endings: Vec<_> = endings.collect();
        let count = |is_counted: &dyn Fn((bool, u32), (bool, u32)) -> bool| {
            let counted = endings
                .iter()
                .filter(|(ours, theirs)| is_counted(*ours, *theirs));
            counted.count() as u64
        };
        assert_eq!((row.instances, row.tolerance), (300, 0.03125));
        assert_eq!(row.failures, count(&|ours, _| !ours.0));
        assert_eq!(row.reference_failures, count(&|_, theirs| !theirs.0));
        full_set_alone += row.reference_failures - row.failures;
        for size in 0..=row.candidates {
            let found = sizes.iter().find(|found| {
                (&found.distribution, found.candidates, found.size)
                    == (&row.distribution, row.candidates, size)
            });
            let found = found.map_or([0; 3], |found| {
                [found.smallest, found.closest, found.reference]
            });
            let expected = [
                count(&|ours, _| ours == (true, size)),
                count(&|ours, _| ours == (false, size)),
                count(&|_, theirs| theirs.1 == size),
            ];
            assert_eq!(found, expected, "{row:?} {size}");
        }
    }
    assert!(full_set_alone > 10);
}
