//! Instances as text: an instance that the solver takes, candidates on whose coverage two methods agree,
//! or one line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use subset_sum::coverage::{CoverageMethod, CoverageSolver};
use subset_sum::grid::ONE;
use subset_sum::{Solver, text};

fuzz_target!(|bytes: &[u8]| {
    let Ok(line) = str::from_utf8(bytes) else {
        return;
    };
    match text::parse(line) {
        Ok(Some(instance)) => {
            let mut solver = Solver::new();
            let nonzero = instance
                .candidates
                .iter()
                .filter(|&&candidate| candidate != 0);
            // More would be searched as well, but not many thousand times a second.
            if nonzero.count() <= 20 {
                solver
                    .load(&instance.candidates)
                    .expect("numbers on the grid");
                let closest = solver
                    .closest(instance.target)
                    .expect("a target on the grid");
                let error = closest.error(instance.target);
                for tolerance in [error - 1, error] {
                    let first = solver
                        .first_feasible(instance.target, tolerance)
                        .expect("as before");
                    let smallest = solver.smallest_feasible(instance.target, tolerance);
                    assert_eq!(first.is_some(), tolerance == error);
                    assert_eq!(smallest.expect("as before").is_some(), tolerance == error);
                }
            }
        }
        Ok(None) => {}
        Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
    }
    match text::parse_candidates(line) {
        Ok(Some(candidates)) => {
            let nonzero = candidates.iter().filter(|&&candidate| candidate != 0);
            if nonzero.count() <= 14 {
                let intervals = [-ONE..=ONE, 0..=ONE / 3];
                let found = CoverageSolver::with_method(CoverageMethod::Bitset)
                    .worst(&candidates, &intervals);
                let expected = CoverageSolver::with_method(CoverageMethod::Sorted)
                    .worst(&candidates, &intervals);
                assert_eq!(found, expected);
            }
        }
        Ok(None) => {}
        Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
    }
});
