//! What is claimed of random subset sum, and how rows are held against it.

mod growth;
mod laws;
mod targets;
mod uniform;

use lab::claims::{Claim, Test, assertion, between, from, test_all, test_stated, up_to};

/// The claims of the experiment, in the order of their names.
pub fn claims() -> Vec<Claim> {
    let mut claims = [
        uniform::claims(),
        laws::claims(),
        growth::claims(),
        targets::claims(),
    ]
    .concat();
    claims.sort_by_key(|claim| number(claim.id));
    claims
}

/// RSS-10.1 as (10, 1).
fn number(id: &str) -> (u32, u32) {
    let digits = id.trim_start_matches("RSS-").split_once('.');
    let (major, minor) = digits.expect("ids have two numbers");
    let parse = |text: &str| text.parse().expect("ids have two numbers");
    (parse(major), parse(minor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_in_order_and_named_once() {
        let numbers: Vec<(u32, u32)> = claims().iter().map(|claim| number(claim.id)).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    }
}
