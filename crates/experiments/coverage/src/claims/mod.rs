//! What is claimed of random subset sum, and how rows are held against it.

mod growth;
mod laws;
mod targets;
mod uniform;

use lab::claims::{
    Claim, Test, assertion, between, from, registered, test_all, test_stated, up_to,
};

/// The claims of the experiment, in the order of their names.
pub fn claims() -> Vec<Claim> {
    let judges = [
        uniform::JUDGES,
        laws::JUDGES,
        growth::JUDGES,
        targets::JUDGES,
    ];
    registered(include_str!("../claims.toml"), &judges.concat())
}
