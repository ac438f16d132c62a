//! The paper's Experiment 2: pruning random networks by edge-popup, the structure of the proof
//! against networks that are merely wide.
//!
//! Weights are drawn and frozen; scores decide which of them a network keeps, and only scores are trained
//! ([`training::edge_popup`]). Every run is named by architecture, model, variant, sparsity, epochs and seed.

pub mod architecture;
mod checkpoint;
mod claims;
pub mod compared;
pub mod config;
mod data;
mod drawing;
mod learner;
mod lenet;
pub mod network_file;
pub mod published;
pub mod report;
pub mod row;
pub mod run;
pub mod ticket;
mod unit;

pub use architecture::{Architecture, Model};
pub use config::Config;
pub use row::{Ended, EpochRow, Row, Variant};
