//! The theorem on MNIST: its rows against their definition, and its verdicts.

mod claims;
mod command_line;
mod rows;

use lab::Row as _;
use mnist_theorem::{LayerRow, Row};

#[test]
fn tables_have_the_names_that_the_documentation_says() {
    assert_eq!(
        (Row::TABLE, LayerRow::TABLE),
        ("mnist-theorem", "mnist-theorem-layers")
    );
}
