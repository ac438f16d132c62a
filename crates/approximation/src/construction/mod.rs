//! The paper's upper bound as an experiment: from one weight to a whole network.
//!
//! Random networks are drawn, and asked after how many units they can be pruned to given targets, and
//! after how many to every target there is:
//!
//! | part | question | table |
//! |---|---|---|
//! | [`weights`] | how many random numbers serve every weight: of each law, in gadgets, in columns of a layer | `construction-weights` |
//! | [`networks`] | how many units serve a neuron, a layer, a network; how far is the pruned one off | `construction-networks` |
//! | [`drawing`] | what does one pruned gadget look like | `construction-gadget` |

mod claims;
pub mod config;
pub mod drawing;
pub mod needed;
pub mod networks;
pub mod report;
pub mod row;
pub mod targets;
mod unit;
pub mod weights;

pub use config::{Config, NAME};
pub use row::{GadgetRow, NetworkRow, Numbers, Target, WeightRow};
pub use unit::Unit;
