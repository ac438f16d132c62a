//! The files that a command leaves behind: written whole or not at all, read whole, locked.
//!
//! A file is written under a temporary name, its own with the extension `tmp`, synced and renamed. So a
//! crash leaves the old file or the new one, never a part of one. Tables, records, tickets,
//! checkpoints, verdicts, figures and the report all go through here.

use anyhow::{Context, Result, bail};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// A file that is being written under a temporary name.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Draft {
    /// Begins a file that is to stand at `path`.
    ///
    /// # Errors
    /// A folder that is missing or cannot be written.
    pub fn create(path: &Path) -> Result<Self> {
        let file = File::create(temporary(path)).with_context(|| cannot_write(path))?;
        Ok(Self {
            path: path.to_owned(),
            file: BufWriter::new(file),
        })
    }

    /// Where the file is to stand.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Syncs what was written and gives it its name.
    ///
    /// # Errors
    /// Whatever the file system reports; the file at the path is then as it was before.
    pub fn publish(self) -> Result<()> {
        let Self { path, file } = self;
        let file = file.into_inner().map_err(|error| error.into_error());
        let synced = file.and_then(|file| file.sync_all());
        let renamed = synced.and_then(|()| std::fs::rename(temporary(&path), &path));
        renamed.with_context(|| cannot_write(&path))
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn temporary(path: &Path) -> PathBuf {
    path.with_extension("tmp")
}

fn cannot_write(path: &Path) -> String {
    format!("cannot write {}", path.display())
}

/// Writes a file that appears under its name only when it is whole.
///
/// # Errors
/// Whatever the file system reports.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut draft = Draft::create(path)?;
    draft.write_all(bytes).with_context(|| cannot_write(path))?;
    draft.publish()
}

/// Creates a folder and those above it, unless they are there.
///
/// # Errors
/// Whatever the file system reports.
pub fn create_folder(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path).with_context(|| format!("cannot create {}", path.display()))
}

/// All of a file that must be there.
///
/// # Errors
/// A file that is missing or cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// All of a file, `None` if there is none.
///
/// # Errors
/// A file that is there but cannot be read.
pub fn find(path: &Path) -> Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        // A folder that is none is found out when it is to be written.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        found => found
            .with_context(|| format!("cannot read {}", path.display()))
            .map(Some),
    }
}

/// What `read` makes of the file at `path`; if that is nothing, `make` makes it anew and its `bytes` replace
/// whatever is there.
///
/// # Errors
/// Those of `make`, or a folder that cannot be written.
pub fn keep<T>(
    path: &Path,
    read: impl FnOnce(&[u8]) -> Option<T>,
    make: impl FnOnce() -> Result<T>,
    bytes: impl FnOnce(&T) -> Vec<u8>,
) -> Result<T> {
    // A file that cannot be read is as good as none.
    let found = find(path).ok().flatten();
    if let Some(kept) = found.and_then(|bytes| read(&bytes)) {
        return Ok(kept);
    }
    let made = make()?;
    write(path, &bytes(&made))?;
    Ok(made)
}

/// What to do where a file is missing that is to be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Create it.
    Create,
    /// Refuse.
    Refuse,
}

/// Opens a file for reading and writing, locked until it is closed.
///
/// # Errors
/// Another process that has it open this way, or a file that cannot be opened.
pub(crate) fn open_alone(path: &Path, missing: Missing) -> Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).truncate(false);
    let file = options.create(missing == Missing::Create).open(path);
    let file = file.with_context(|| cannot_write(path))?;
    let shown = path.display();
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            bail!("another process is writing {shown}: wait for it or choose another --out")
        }
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot lock {shown}"))
        }
    }
}

/// A lock that is held until it is dropped or the process ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Waits until nobody else holds the lock of this name. The file itself stays and is empty.
///
/// # Errors
/// A file that cannot be created or locked.
pub fn wait_for_lock(path: &Path) -> Result<Lock> {
    let locked = File::create(path).and_then(|file| file.lock().map(|()| Lock { _file: file }));
    locked.with_context(|| format!("cannot lock {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::tempdir;

    #[test]
    fn a_file_appears_when_it_is_whole() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("table.csv");
        write(&path, b"old").unwrap();
        let mut draft = Draft::create(&path).unwrap();
        draft.write_all(b"new").unwrap();
        assert_eq!(read(&path).unwrap(), b"old");
        assert!(folder.path().join("table.tmp").exists());
        draft.publish().unwrap();
        assert_eq!(read(&path).unwrap(), b"new");
        assert!(!folder.path().join("table.tmp").exists());
    }

    #[test]
    fn what_is_missing_is_none_or_an_error() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("none");
        assert_eq!(find(&path).unwrap(), None);
        assert!(read(&path).unwrap_err().to_string().contains("none"));
        assert!(find(folder.path()).is_err(), "a folder is no file");
        let error = write(&path.join("below"), b"").unwrap_err().to_string();
        assert!(error.contains("cannot write") && error.contains("below"));
    }

    #[test]
    fn what_is_kept_is_made_once_and_what_is_damaged_is_replaced() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("number");
        let number = |bytes: &[u8]| str::from_utf8(bytes).ok()?.parse::<u32>().ok();
        let kept = |made: u32| {
            let bytes = |number: &u32| number.to_string().into_bytes();
            keep(&path, number, || Ok(made), bytes).unwrap()
        };
        assert_eq!([kept(1), kept(2)], [1, 1]);
        write(&path, b"damaged").unwrap();
        assert_eq!([kept(3), kept(4)], [3, 3]);
    }

    #[test]
    fn a_file_is_open_alone_and_locks_are_waited_for() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("run");
        assert!(open_alone(&path, Missing::Refuse).is_err());
        let first = open_alone(&path, Missing::Create).unwrap();
        let refused = open_alone(&path, Missing::Create).unwrap_err();
        assert!(refused.to_string().contains("another process"));
        drop(first);
        open_alone(&path, Missing::Refuse).unwrap();
        let path = folder.path().join("lock");
        let lock = wait_for_lock(&path).unwrap();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| wait_for_lock(&path).map(drop));
            std::thread::sleep(std::time::Duration::from_millis(20));
            assert!(!waiting.is_finished());
            drop(lock);
            waiting.join().unwrap().unwrap();
        });
    }
}
