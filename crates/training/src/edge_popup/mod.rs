//! Edge-popup: finding a subnetwork of a random network by training scores instead of weights.
//!
//! Every weight w of a masked tensor W, frozen, has a score s. A mask keeps the weights of highest
//! rank |s| and removes exactly floor(sparsity * size) of each tensor (Ramanujan et al., 2020, in the
//! form of the paper's experiment). With mean cross entropy L and effective weights V = W * mask(S):
//!
//! ```text
//! forward   as a network with weights V
//! backward  dL/ds = dL/dv w sign(s), kept or not (the straight-through estimate)
//! update    u <- momentum u + dL/ds + decay s,  s <- s - rate u
//! ```
//!
//! # Kinds of layers
//!
//! * [`LayerWeights::Dense`]: trained weights, no mask.
//! * [`LayerWeights::Masked`]: random weights under one mask.
//! * [`LayerWeights::Linked`]: the structure of the paper's proof. Input j reaches output o by r links,
//!   as the sum over k of v2(o, k, j) f(v1(k, j) x(j)), where f is the identity or ReLU; both tensors are masked.
//!
//! # Why it is fast
//!
//! * A step reads each weight and score twice and writes each score and velocity once: a row of a
//!   gradient is learnt as soon as it is summed up, and masks are compared on the way, never stored.
//! * Products leave out what is 0: the background of images (`features`) and silent neurons.
//! * The links of an input are added up before they meet the batch (`linked`).
//! * The next threshold is selected among the few scores near the last one (`selection`).
//!
//! One thread runs all of it, in a fixed order: a processor gives the same bits every time.

mod activations;
mod blocks;
mod features;
mod layer;
mod linked;
mod network;
mod rows;
mod selection;
mod sgd;
mod tensor;
#[cfg(test)]
mod tests;
mod vector;
mod weights;

pub use network::{EdgePopup, Masks, Scope, Step};
pub use sgd::Sgd;
pub use tensor::Rank;
pub use weights::{LayerWeights, Scored, Trained};
