//! A folder that has what a checkout has, for commands that change files.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What a checkout has: a copy of what commands change, and links to the rest.
pub fn checkout() -> TempDir {
    let folder = TempDir::new().unwrap();
    for link in ["crates", "data", "docs", "scripts", "paper-figures"] {
        symlink(root().join(link), folder.path().join(link)).unwrap();
    }
    std::fs::copy(root().join("README.md"), folder.path().join("README.md")).unwrap();
    let published = folder.path().join("results/paper");
    std::fs::create_dir_all(&published).unwrap();
    for file in std::fs::read_dir(root().join("results/paper")).unwrap() {
        let file = file.unwrap();
        if file.file_type().unwrap().is_file() {
            std::fs::copy(file.path(), published.join(file.file_name())).unwrap();
        }
    }
    folder
}
