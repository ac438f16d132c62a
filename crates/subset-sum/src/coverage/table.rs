//! The cells of all sums, one stretch of the number line after the other, in memory of the order of
//! the halves: every sum is put into its cell.

use super::cells::{Cells, Found, Runs};
use super::halves::Halves;

/// Words of a stretch: few enough to stay in the second cache, and many sums.
const WORDS: usize = 16384;

/// Cells of a stretch.
const STRETCH: i64 = 64 * WORDS as i64;

/// Looks at the cells, 2^shift wide, between two sums for runs of at least `shortest` empty ones.
pub(super) fn runs(
    halves: &Halves,
    first: i64,
    last: i64,
    shift: u32,
    shortest: i64,
) -> (Cells, Found) {
    let cells = Cells {
        shift,
        origin: first,
        ..Cells::default()
    };
    let end = cells.of(last) + 1;
    let mut runs = Runs::new(cells, 0..end, shortest);
    let mut sweep = halves.sweep(first);
    let mut words = Box::new([0_u64; WORDS]);
    for stretch in (0..end).step_by(STRETCH as usize) {
        let origin = first + (stretch << shift);
        let beyond = first + ((stretch + STRETCH).min(end) << shift);
        words.fill(0);
        sweep.advance(beyond.min(last + 1), |sum| {
            let cell = ((sum - origin) >> shift) as usize;
            // The remainder changes nothing; with it the compiler needs no check of bounds.
            words[cell / 64 % WORDS] |= 1 << (cell % 64);
        });
        runs.feed(stretch, &words[..]);
    }
    (cells, runs.finish())
}
