//! report, to come
/// .
pub fn table(_: &std::path::Path) -> anyhow::Result<String> {
    Ok(String::new())
}
