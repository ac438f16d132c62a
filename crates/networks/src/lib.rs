//! Fully connected ReLU networks: what they are, what they compute, and how they are kept.
//!
//! A [`Network`] is a chain of [`Dense`] layers, checked once when it is made. It is evaluated by
//! [`Network::forward`], named by [`Network::sha256`], and read from and written to the bytes of a
//! safetensors file with PyTorch's tensor names. [`matrix`] holds the row-major [`Matrix`] and its
//! products, which training shares.
//!
//! The crate knows no files, no flags, no threads and no clock.

pub mod matrix;
pub mod names;
mod network;
mod tensor_file;

pub use matrix::Matrix;
pub use network::{Dense, Network, NetworkError, check_finite, check_shapes, relu};
pub use tensor_file::{TensorFileError, read_tensor};
