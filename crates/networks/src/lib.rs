//! Fully connected ReLU networks: what they are, what they compute, and how they are kept.
//!
//! A [`Network`] is a chain of [`Dense`] layers, checked once when it is made. It is evaluated by
//! [`Network::forward`], named by [`Network::sha256`], and written to the bytes of a safetensors file
//! with PyTorch's tensor names. [`ReadNetwork`] reads such files as people have them. [`matrix`] holds the row-major [`Matrix`] and its
//! products, which training shares.
//!
//! The crate knows no files, no flags, no threads and no clock.

mod file;
pub mod matrix;
pub mod names;
mod network;

pub use file::{ReadNetwork, TensorFileError, read_tensor};
pub use matrix::Matrix;
pub use network::{Dense, Network, NetworkError, check_finite, check_shapes, relu};
