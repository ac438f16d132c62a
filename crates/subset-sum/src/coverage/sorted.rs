//! Sums sorted window by window: the reference, the fastest way for few candidates, and the way out where
//! sums lie so regularly that too many gaps may be the largest.

use super::halves::Halves;

/// Sums that a window holds on average.
const WINDOW: f64 = 65536.0;

/// Offers every pair of neighbouring sums between two sums, both included, from below.
pub(super) fn gaps(halves: &Halves, first: i64, last: i64, mut offer: impl FnMut(i64, i64)) {
    let mut sweep = halves.sweep(first + 1);
    let mut window = Vec::new();
    let mut width = ((last - first) as f64 * WINDOW / halves.pairs()) as i64;
    width = width.clamp(1, (last - first).max(1));
    let (mut previous, mut end) = (first, first + 1);
    while end <= last {
        end = end.saturating_add(width).min(last + 1);
        window.clear();
        sweep.advance(end, |sum| window.push(sum));
        window.sort_unstable();
        for &sum in &window {
            offer(previous, sum);
            previous = sum;
        }
        // The next window is as wide as suits the density of this one.
        let fits = width as f64 * WINDOW / (window.len() as f64 + 1.0);
        width = (fits as i64)
            .clamp(width / 16, width.saturating_mul(2))
            .max(1);
    }
}
