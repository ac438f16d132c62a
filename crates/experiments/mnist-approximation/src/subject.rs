//! Whether rows are about what the claims and the authors' numbers are about.

use crate::row::NAME;
use anyhow::Result;
use lab::meta::Meta;
use std::path::Path;
use training::standard;

/// A sentence if they are about another network or other images, as their record says.
///
/// # Errors
/// A record that cannot be read.
pub(crate) fn subject(results: &Path) -> Result<Option<String>> {
    let Some(meta) = Meta::read(results, NAME)? else {
        return Ok(None);
    };
    let images = meta
        .parameter("/parameters/images")
        .and_then(|most| most.as_u64());
    let target = meta.other("target", "--target", &standard::target_sha256()?);
    let images = meta.other("images", "--data", &standard::test_sha256(images)?);
    Ok(standard::other([target, images]))
}
