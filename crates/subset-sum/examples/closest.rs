//! Which of a few numbers add up to a target best?
//!
//!     cargo run --example closest

use subset_sum::{Solver, grid};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (candidates, target) = ([0.5, -0.25, 0.125, 0.07], 0.3);

    // The solver counts in units of 2^-46, in which sums are exact.
    let units = candidates.map(grid::from_f64);
    let units = units.into_iter().collect::<Result<Vec<i64>, _>>()?;
    let target_units = grid::from_f64(target)?;

    let mut solver = Solver::new();
    solver.load(&units)?;
    let best = solver.closest(target_units)?;

    let chosen = (0..candidates.len()).filter(|i| best.mask >> i & 1 == 1);
    let chosen: Vec<f64> = chosen.map(|i| candidates[i]).collect();
    let error = grid::to_f64(best.error(target_units));
    println!("{chosen:?} add up to {target} within {error}");
    Ok(())
}
