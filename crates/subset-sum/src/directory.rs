//! A directory of sorted numbers: where to start looking for one of them, without a search.

/// Divides the range of sorted numbers into cells of equal width, on average about one number each.
#[derive(Debug, Clone, Default)]
pub(crate) struct Directory {
    origin: i64,
    cell_bits: u32,
    /// At `c`, how many numbers lie below cell `c`; the last entry counts all.
    below: Vec<u32>,
}

impl Directory {
    /// Takes other numbers: at least one, in ascending order.
    pub fn rebuild(&mut self, sorted: &[i64]) {
        let (first, last) = (sorted[0], sorted[sorted.len() - 1]);
        self.origin = first;
        let bits = |number: u64| u64::BITS - number.leading_zeros();
        self.cell_bits = bits(last.abs_diff(first)).saturating_sub(bits(sorted.len() as u64));
        let cells = (last.abs_diff(first) >> self.cell_bits) as usize + 1;
        self.below.clear();
        self.below.resize(cells + 1, 0);
        for &number in sorted {
            self.below[(number.abs_diff(first) >> self.cell_bits) as usize + 1] += 1;
        }
        let mut sum = 0;
        for below in &mut self.below {
            sum += *below;
            *below = sum;
        }
    }

    /// Width of a cell.
    pub fn cell_width(&self) -> i64 {
        1 << self.cell_bits
    }

    /// Where the cell of `bound` begins: all numbers before are less than `bound`, all numbers from
    /// there on are greater than `bound - cell_width`.
    #[inline(always)]
    pub fn at_most(&self, bound: i64) -> usize {
        self.begin_of((bound - self.origin) >> self.cell_bits)
    }

    /// Where the cell of `bound` ends: all numbers from there on are greater than `bound`.
    #[inline(always)]
    pub fn beyond(&self, bound: i64) -> usize {
        self.begin_of(((bound - self.origin) >> self.cell_bits) + 1)
    }

    #[inline(always)]
    fn begin_of(&self, cell: i64) -> usize {
        let cell = cell.clamp(0, self.below.len() as i64 - 1);
        self.below[cell as usize] as usize
    }
}
