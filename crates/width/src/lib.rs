//! How wide must a random network be, so that it can be pruned to a target network?
//!
//! The binary `width` answers for a ReLU network of `l` layers of width `d`, an error `eps` on the unit
//! ball and a probability of failure `delta`. It computes nothing at random: what counting asks for and
//! what constructions take are formulas of other crates, and what was measured are planes fitted to the
//! published rows, compiled in as `fits.csv`.
//!
//! | module | what is in it |
//! |---|---|
//! | [`fit`] | how many candidates were measured, as planes over logarithms, and how they are continued |
//! | [`answer`] | a row for each way of pruning, from counting to the earliest construction |
//! | [`report`] | the rows as a table or as CSV |

pub mod answer;
pub mod fit;
pub mod report;
