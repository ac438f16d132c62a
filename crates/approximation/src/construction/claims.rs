//! claims, to come
pub fn claims() -> Vec<lab::claims::Claim> {
    Vec::new()
}
