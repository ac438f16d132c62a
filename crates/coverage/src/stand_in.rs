//! Slow stand-ins for the kernels that count sums and grow covered sets.

pub mod counting {
    /// The most candidates whose subsets are counted.
    pub const MOST_COUNTED: usize = 40;

    /// Counts subset sums near a target.
    #[derive(Debug, Default)]
    pub struct Counter {
        candidates: Vec<i64>,
    }

    impl Counter {
        pub fn load(&mut self, candidates: &[i64]) -> anyhow::Result<()> {
            self.candidates = candidates.to_vec();
            Ok(())
        }

        /// Subsets whose sum is within `tolerance` of `target`.
        pub fn hits(&mut self, target: i64, tolerance: i64) -> u64 {
            let sizes = 0..=self.candidates.len();
            sizes
                .map(|size| self.hits_of_size(size, target, tolerance))
                .sum()
        }

        /// Subsets of one size whose sum is within `tolerance` of `target`.
        pub fn hits_of_size(&mut self, size: usize, target: i64, tolerance: i64) -> u64 {
            count(&self.candidates, size, target, tolerance)
        }
    }

    fn count(candidates: &[i64], size: usize, target: i64, tolerance: i64) -> u64 {
        if size > candidates.len() {
            0
        } else if size == 0 {
            u64::from(target.abs() <= tolerance)
        } else {
            let rest = &candidates[1..];
            count(rest, size - 1, target - candidates[0], tolerance)
                + count(rest, size, target, tolerance)
        }
    }
}

pub mod growth {
    /// The covered cells of the restricted growth dynamics.
    #[derive(Debug)]
    pub struct Growth {
        cells: Vec<bool>,
    }

    impl Growth {
        /// With the 2 * `half_width` cells in the middle covered.
        pub fn new(cells: usize, half_width: usize) -> Self {
            let middle = cells / 2 - half_width..cells / 2 + half_width;
            let cells = (0..cells).map(|cell| middle.contains(&cell)).collect();
            Self { cells }
        }

        /// Covered cells.
        pub fn covered(&self) -> usize {
            self.cells.iter().filter(|&&covered| covered).count()
        }

        /// Covers what is covered once more, moved by `shift` cells and cut off at the ends.
        pub fn add(&mut self, shift: i64) {
            let before = self.cells.clone();
            for (cell, covered) in self.cells.iter_mut().enumerate() {
                let from = usize::try_from(cell as i64 - shift).ok();
                *covered |= from
                    .and_then(|from| before.get(from))
                    .is_some_and(|&was| was);
            }
        }
    }
}
