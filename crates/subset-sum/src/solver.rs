//! The solver: load candidates once, then ask for as many targets as there are.

use crate::grid::{self, LARGEST};
use crate::index::{self, Index};
use crate::join::{GaveUp, Join, MIN_CANDIDATES};
use crate::method::Method;
use crate::ordered_sums::OrderedSums;
use crate::size_classes::{SMALL, SizeClasses, closest_small};
use crate::sorted_sums::{SortedSums, closest_pair};
use crate::subset::Subset;
use thiserror::Error;

/// The most candidates that can be loaded, zeros included: a mask has 64 bits.
pub const MAX_DRAWN: usize = 64;

/// The most nonzero candidates that are searched, but for first feasible subsets.
pub const MAX_NONZERO: usize = 50;

/// The most nonzero candidates among which first feasible subsets are searched. The first of them suffice
/// almost always, and only where they do not are more looked at.
pub const MAX_PREFIXES: usize = 60;

/// Memory that a solver may use unless told otherwise, in bytes.
const DEFAULT_MEMORY: usize = 2 << 30;

/// Bytes for one sum of a half: its value and mask, in a list and in the scratch space that builds it.
const BYTES_A_SUM: usize = 24;

/// Targets over the same candidates that are joined one by one. Only then is an index made, which
/// costs as much as some fifty joins and makes every further target several times quicker.
const JOINED: u64 = 32;

/// Why a search cannot be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SolverError {
    /// More candidates than a mask has bits.
    #[error("{0} candidates: at most {MAX_DRAWN} fit a mask")]
    TooManyDrawn(usize),
    /// More nonzero candidates than can be searched.
    #[error("{nonzero} nonzero candidates: at most {most} are searched, use fewer")]
    TooManyNonzero {
        /// Candidates that are not zero.
        nonzero: usize,
        /// How many there may be.
        most: usize,
    },
    /// The two halves do not fit the memory allowed.
    #[error(
        "{nonzero} nonzero candidates need {} GiB of memory and {} GiB are allowed: \
         allow more or use fewer candidates",
        gibibytes(*needed), gibibytes(*allowed)
    )]
    MemoryLimit {
        /// Candidates that are not zero.
        nonzero: usize,
        /// Memory that the search would need, in bytes.
        needed: u64,
        /// Memory that the solver was given, in bytes.
        allowed: u64,
    },
    /// A candidate or target off the range of the grid.
    #[error("{} lies outside [-1024, 1024]: rescale candidates and target", grid::to_f64(*.0))]
    TooLarge(i64),
}

fn gibibytes(bytes: u64) -> String {
    format!("{:.2}", bytes as f64 / f64::from(1 << 30))
}

/// First feasible subsets of so many candidates are looked for in a list of all sums.
const LISTED: usize = 11;

/// Finds subsets of one set of candidates for any number of targets.
///
/// What a method prepares (sorted halves, say) is kept until other candidates are loaded, so that
/// many targets over the same candidates cost less than as many instances. For closest subsets, the
/// first 32 targets are joined one by one; then, with up to 26 candidates, an index is made, which
/// answers the others several times faster.
///
/// Candidates, targets and tolerances are integers in units of 2^-46 (see [`crate::grid`]). Zeros
/// are dropped first and never chosen. Every method names a single subset, so that any two
/// implementations can be compared mask by mask.
///
/// ```
/// use subset_sum::{Solver, grid};
/// let units = |x: f64| grid::from_f64(x).unwrap();
/// let mut solver = Solver::new();
/// solver.load(&[units(0.5), units(-0.25), units(0.125)])?;
/// let best = solver.closest(units(0.3))?;
/// assert_eq!(best.mask, 0b011);
/// assert_eq!(grid::to_f64(best.sum), 0.25);
/// # Ok::<(), subset_sum::SolverError>(())
/// ```
#[derive(Debug)]
pub struct Solver {
    allowed: usize,
    /// The nonzero candidates in the order drawn; the low half comes first.
    candidates: Vec<i64>,
    /// Where the nonzero candidates stood among those drawn.
    positions: u64,
    low: SortedSums,
    high: SortedSums,
    scratch: SortedSums,
    /// Of how many of the candidates the halves are sorted.
    sorted: Option<usize>,
    classes: Option<SizeClasses>,
    ordered: OrderedSums,
    join: Option<Join>,
    /// Closest subsets asked for since the candidates were loaded.
    asked: u64,
    index: Index,
}

impl Default for Solver {
    fn default() -> Self {
        Self::new()
    }
}

impl Solver {
    /// A solver without candidates whose every kind of search may use 2 GiB, enough for every number
    /// of candidates.
    pub fn new() -> Self {
        Self::with_memory(DEFAULT_MEMORY)
    }

    /// A solver without candidates whose every kind of search may use `allowed` bytes.
    pub fn with_memory(allowed: usize) -> Self {
        Self {
            allowed,
            candidates: Vec::new(),
            positions: 0,
            low: SortedSums::default(),
            high: SortedSums::default(),
            scratch: SortedSums::default(),
            sorted: None,
            classes: None,
            ordered: OrderedSums::default(),
            join: Some(Join::automatic()),
            asked: 0,
            index: Index::default(),
        }
    }

    /// The same solver, with another method for closest subsets. Every method names the same ones.
    pub fn with_method(mut self, method: Method) -> Self {
        self.join = match method {
            Method::Automatic => Some(Join::automatic()),
            Method::Portable => Some(Join::portable()),
            Method::Sorted => None,
        };
        self
    }

    /// Takes other candidates. On an error the former ones stay.
    ///
    /// # Errors
    /// More than [`MAX_DRAWN`] candidates or a magnitude above 1024.
    pub fn load(&mut self, drawn: &[i64]) -> Result<(), SolverError> {
        if drawn.len() > MAX_DRAWN {
            return Err(SolverError::TooManyDrawn(drawn.len()));
        }
        drawn
            .iter()
            .try_for_each(|&candidate| in_range(candidate))?;
        self.candidates.clear();
        self.positions = 0;
        for (position, &candidate) in drawn.iter().enumerate().filter(|(_, c)| **c != 0) {
            self.candidates.push(candidate);
            self.positions |= 1 << position;
        }
        self.sorted = None;
        self.asked = 0;
        self.classes = None;
        self.ordered.clear();
        Ok(())
    }

    /// The subset whose sum is closest to `target`; among equally close ones that with the fewest
    /// elements, then that with the smallest mask.
    ///
    /// # Errors
    /// |target| above 1024, more than [`MAX_NONZERO`] nonzero candidates, or more memory than allowed.
    pub fn closest(&mut self, target: i64) -> Result<Subset, SolverError> {
        in_range(target)?;
        self.check_size(self.candidates.len())?;
        let found = self.closest_quickly(target);
        let found = found.unwrap_or_else(|_| self.closest_in_sorted_halves(target));
        Ok(self.as_drawn(found))
    }

    /// The closest subset of the nonzero candidates, by a join or, if many targets were asked for,
    /// by an index.
    fn closest_quickly(&mut self, target: i64) -> Result<Subset, GaveUp> {
        let count = self.candidates.len();
        let join = self.join.as_mut().ok_or(GaveUp)?;
        if count < MIN_CANDIDATES {
            return Err(GaveUp);
        }
        self.asked += 1;
        let needed = index::sums(count).map(|sums| sums * BYTES_A_SUM as u64);
        if self.asked <= JOINED || needed.is_none_or(|needed| needed > self.allowed as u64) {
            return join.closest(&self.candidates, target);
        }
        if self.asked == JOINED + 1 {
            self.index.rebuild(&self.candidates);
        }
        self.index.closest(&self.candidates, target)
    }

    /// The closest subset of the nonzero candidates, by two sorted lists.
    fn closest_in_sorted_halves(&mut self, target: i64) -> Subset {
        if self.sorted != Some(self.candidates.len()) {
            self.sort_halves(self.candidates.len());
        }
        self.closest_of_sorted(target)
    }

    /// Sorts the sums of both halves of the first `count` nonzero candidates.
    fn sort_halves(&mut self, count: usize) {
        let (low, high) = halves(&self.candidates[..count]);
        self.low.rebuild(low, &mut self.scratch);
        self.high.rebuild(high, &mut self.scratch);
        self.sorted = Some(count);
    }

    /// The closest subset of the candidates whose halves are sorted.
    fn closest_of_sorted(&self, target: i64) -> Subset {
        let low_bits = self.sorted.unwrap_or(0).div_ceil(2) as u32;
        let found = closest_pair(&self.low, &self.high, low_bits, target);
        found.expect("both halves contain the empty sum")
    }

    /// The subset with the fewest elements whose sum is within `tolerance` of `target`; among those
    /// the closest one, then that with the smallest mask. `None` if no subset is that close.
    ///
    /// # Errors
    /// As [`Solver::closest`].
    pub fn smallest_feasible(
        &mut self,
        target: i64,
        tolerance: i64,
    ) -> Result<Option<Subset>, SolverError> {
        in_range(target)?;
        self.check_size(self.candidates.len())?;
        for size in 0..=self.candidates.len() {
            let found = if size <= SMALL {
                closest_small(&self.candidates, size, target)
            } else {
                self.size_classes(size).closest(size, target)
            };
            if let Some(found) = found.filter(|found| found.error(target) <= tolerance) {
                return Ok(Some(self.as_drawn(found)));
            }
        }
        Ok(None)
    }

    /// The subset with the smallest mask whose sum is within `tolerance` of `target`. `None` if no
    /// subset is that close.
    ///
    /// The position of its last element is the shortest prefix of the candidates that has any
    /// feasible subset.
    ///
    /// # Errors
    /// |target| above 1024 or more than [`MAX_PREFIXES`] nonzero candidates; as [`Solver::closest`] by
    /// [`Method::Sorted`], or if sums coincide in masses.
    pub fn first_feasible(
        &mut self,
        target: i64,
        tolerance: i64,
    ) -> Result<Option<Subset>, SolverError> {
        in_range(target)?;
        check_number(self.candidates.len(), MAX_PREFIXES)?;
        // No sum is further than this from a target; a wider tolerance could overflow.
        let tolerance = tolerance.min(1 << 62);
        let found = match self.join {
            Some(_) => self.first_by_prefixes(target, tolerance)?,
            None => {
                self.check_size(self.candidates.len())?;
                let (low, high) = halves(&self.candidates);
                self.ordered.first(low, high, target, tolerance)
            }
        };
        Ok(found.map(|found| self.as_drawn(found)))
    }

    /// The smallest feasible mask of the nonzero candidates from its highest bit downwards.
    ///
    /// The shortest prefix with a feasible subset ends with a candidate that every feasible subset of
    /// it needs. With that one taken, the rest of the mask is the smallest that makes up for what is
    /// missing, among the candidates before. Whether a prefix has a feasible subset its closest one
    /// tells; sums of the first [`LISTED`] candidates are looked through in order.
    fn first_by_prefixes(
        &mut self,
        target: i64,
        tolerance: i64,
    ) -> Result<Option<Subset>, SolverError> {
        let (mut taken, mut rest) = (Subset::default(), self.candidates.len());
        loop {
            let missing = target - taken.sum;
            let listed = &self.candidates[..self.candidates.len().min(LISTED)];
            if let Some(found) = self.ordered.first_in_low(listed, missing, tolerance) {
                let (mask, sum) = (taken.mask | found.mask, taken.sum + found.sum);
                return Ok(Some(Subset { mask, sum }));
            }
            if taken.mask == 0 {
                let mut count = LISTED + 1;
                while count <= rest && !self.has_feasible(count, missing, tolerance)? {
                    count += 1;
                }
                if count > rest {
                    return Ok(None);
                }
                rest = count;
            } else {
                // All that is left is known to have one.
                while rest > LISTED + 1 && self.has_feasible(rest - 1, missing, tolerance)? {
                    rest -= 1;
                }
            }
            rest -= 1;
            taken.mask |= 1 << rest;
            taken.sum += self.candidates[rest];
        }
    }

    /// Whether the first `count` nonzero candidates, [`MIN_CANDIDATES`] or more, have a feasible subset.
    fn has_feasible(
        &mut self,
        count: usize,
        target: i64,
        tolerance: i64,
    ) -> Result<bool, SolverError> {
        let prefix = &self.candidates[..count];
        if !is_in_reach(prefix, target, tolerance) {
            return Ok(false);
        }
        let join = self.join.as_mut().filter(|_| in_range(target).is_ok());
        let found = join
            .ok_or(GaveUp)
            .and_then(|join| join.closest(prefix, target));
        let found = match found {
            Ok(found) => found,
            Err(GaveUp) => {
                self.check_size(count)?;
                self.sort_halves(count);
                self.closest_of_sorted(target)
            }
        };
        Ok(found.error(target) <= tolerance)
    }

    /// Lists of all subsets with at least up to `size` elements.
    fn size_classes(&mut self, size: usize) -> &SizeClasses {
        let (low, high) = halves(&self.candidates);
        let largest_of_all = low.len().max(high.len());
        let known = self.classes.as_ref().map(SizeClasses::largest);
        if known.is_none_or(|known| known < size.min(largest_of_all)) {
            // Before there are longer lists.
            self.classes = None;
            self.classes = Some(SizeClasses::build(low, high, size + size / 4));
        }
        self.classes
            .as_ref()
            .expect("built above if it was missing")
    }

    /// Renames a subset of the nonzero candidates to one of the candidates as drawn: deals the bits of
    /// the mask out to the places of nonzero candidates, from the lowest.
    fn as_drawn(&self, compact: Subset) -> Subset {
        let (mut mask, mut positions, mut rest) = (0, self.positions, compact.mask);
        while rest != 0 {
            mask |= (rest & 1) << positions.trailing_zeros();
            positions &= positions - 1;
            rest >>= 1;
        }
        Subset { mask, ..compact }
    }

    /// Whether the sums of both halves of the first `count` nonzero candidates may be listed.
    fn check_size(&self, count: usize) -> Result<(), SolverError> {
        check_number(count, MAX_NONZERO)?;
        let (needed, allowed) = (memory(count), self.allowed as u64);
        match needed > allowed {
            true => Err(SolverError::MemoryLimit {
                nonzero: count,
                needed,
                allowed,
            }),
            false => Ok(()),
        }
    }
}

fn check_number(nonzero: usize, most: usize) -> Result<(), SolverError> {
    match nonzero > most {
        true => Err(SolverError::TooManyNonzero { nonzero, most }),
        false => Ok(()),
    }
}

/// Bytes for the sums of both halves of so many candidates.
fn memory(nonzero: usize) -> u64 {
    let high_bits = nonzero / 2;
    BYTES_A_SUM as u64 * ((1_u64 << high_bits) + (1_u64 << (nonzero - high_bits)))
}

/// The first half of the candidates and the rest.
fn halves(candidates: &[i64]) -> (&[i64], &[i64]) {
    candidates.split_at(candidates.len().div_ceil(2))
}

/// Whether all candidates of one sign add up to what is within `tolerance` of the target, or beyond.
fn is_in_reach(candidates: &[i64], target: i64, tolerance: i64) -> bool {
    let side = candidates.iter().filter(|&&c| (c > 0) == (target > 0));
    let reach: i64 = side.map(|c| c.abs()).sum();
    target.abs() - reach <= tolerance
}

fn in_range(units: i64) -> Result<(), SolverError> {
    if (-LARGEST..=LARGEST).contains(&units) {
        Ok(())
    } else {
        Err(SolverError::TooLarge(units))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::ONE;

    #[test]
    fn limits_are_errors_that_say_what_is_needed() {
        let mut solver = Solver::new();
        assert_eq!(solver.load(&[0; 65]), Err(SolverError::TooManyDrawn(65)));
        solver.load(&[1; 51]).unwrap();
        let error = solver.closest(0).unwrap_err().to_string();
        assert!(
            error.contains("51 nonzero") && error.contains("at most 50"),
            "{error}"
        );
        assert!(solver.smallest_feasible(0, 0).is_err());
        assert_eq!(solver.first_feasible(0, 0), Ok(Some(Subset::default())));
        solver.load(&[1; 61]).unwrap();
        let error = solver.first_feasible(0, 0).unwrap_err().to_string();
        assert!(
            error.contains("61 nonzero") && error.contains("at most 60"),
            "{error}"
        );
        let mut small = Solver::with_memory(1 << 20);
        small.load(&[1; 40]).unwrap();
        assert!(matches!(
            small.closest(0),
            Err(SolverError::MemoryLimit { nonzero: 40, .. })
        ));
        assert_eq!(solver.load(&[0; 64]), Ok(()));
    }

    #[test]
    fn numbers_off_the_grid_are_errors() {
        let mut solver = Solver::new();
        assert_eq!(
            solver.load(&[LARGEST + 1]),
            Err(SolverError::TooLarge(LARGEST + 1))
        );
        assert_eq!(
            solver.load(&[i64::MIN]),
            Err(SolverError::TooLarge(i64::MIN))
        );
        assert_eq!(
            solver.closest(i64::MIN),
            Err(SolverError::TooLarge(i64::MIN))
        );
        assert!(solver.first_feasible(i64::MAX, 0).is_err());
        assert!(solver.smallest_feasible(i64::MAX, 0).is_err());
    }

    #[test]
    fn without_candidates_the_empty_subset_is_all_there_is() {
        let mut solver = Solver::new();
        assert_eq!(solver.closest(ONE), Ok(Subset::default()));
        assert_eq!(solver.first_feasible(ONE, ONE - 1), Ok(None));
        assert_eq!(
            solver.smallest_feasible(ONE, ONE),
            Ok(Some(Subset::default()))
        );
    }

    #[test]
    fn the_largest_sums_do_not_overflow() {
        let mut solver = Solver::new();
        solver.load(&[LARGEST; 20]).unwrap();
        assert_eq!(solver.closest(-LARGEST).unwrap(), Subset::default());
        let every = solver.first_feasible(LARGEST, i64::MAX).unwrap();
        assert_eq!(every, Some(Subset::default()));
    }
}
