//! What the tests share.

/// `full` in an optimised build and a hundredth of it in others.
pub fn scaled(full: usize) -> usize {
    if cfg!(debug_assertions) {
        full / 100
    } else {
        full
    }
}
