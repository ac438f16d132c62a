//! MNIST, and networks trained and evaluated on it.
//!
//! [`Mnist`] reads the data set, compiled in or from a directory, as [`Split`]s of images and
//! labels. [`train`] makes a dense network from a [`Recipe`] and a seed, built from the steps in
//! [`descent`]; [`correct`] counts the images that a network classifies correctly. [`Convolutions`]
//! are the part of LeNet5 in front of its dense layers.
//!
//! Everything runs on the caller's thread and nothing asks for the time, so that results depend on
//! the data, the seed and the processor family alone.

pub mod convolutions;
pub mod dense;
pub mod descent;
pub mod edge_popup;
pub mod evaluate;
pub mod idx;
pub mod mnist;
mod recipe;
mod regular;
pub mod source;
pub mod standard;
pub mod testing;

pub use convolutions::Convolutions;
pub use dense::{Epoch, TrainError, train};
pub use evaluate::{EvaluateError, correct};
pub use idx::IdxError;
pub use mnist::{Mnist, MnistError, Split};
pub use recipe::{Recipe, RecipeError};
