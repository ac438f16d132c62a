//! The files that a command leaves behind and reads back: written whole or not at all, read whole, locked.
//!
//! A file is written under a name that nobody else has, in the folder where it is to stand, synced and renamed.
//! So a crash leaves the old file or the new one, never a part of one, and processes that write the same file at
//! once do not meet: the last one wins. Tables, records, tickets, checkpoints, verdicts, figures and the report
//! all go through here. Only regular files are read and replaced: never a device or a pipe.

use crate::flags::say;
use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file that is being written under a temporary name.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl Draft {
    /// Begins a file that is to stand at `path`, or where a link at `path` leads to.
    ///
    /// # Errors
    /// Something at `path` that is no regular file; a folder that is missing or cannot be written.
    pub fn create(path: &Path) -> Result<Self> {
        let end = end_of_links(path).with_context(|| cannot_write(path))?;
        let file = temporary(&end).with_context(|| cannot_write(path))?;
        Ok(Self {
            path: end,
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
        let synced = file.and_then(|file| file.as_file().sync_all().map(|()| file));
        let renamed = synced.and_then(|file| file.persist(&path).map_err(io::Error::from));
        renamed.map(drop).with_context(|| cannot_write(&path))
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

/// Where a file is to be written, so that links stay links.
fn end_of_links(path: &Path) -> io::Result<PathBuf> {
    match (path.symlink_metadata(), path.metadata()) {
        (Ok(entry), Ok(file)) if file.is_file() => match entry.is_symlink() {
            true => path.canonicalize(),
            false => Ok(path.to_owned()),
        },
        (Ok(_), Ok(_)) => Err(io::Error::other("it is there and no regular file")),
        (Ok(_), Err(_)) => Err(io::Error::other("it is a link that leads nowhere")),
        (Err(_), _) => Ok(path.to_owned()),
    }
}

/// A new file beside `path`, which vanishes unless it gets that name.
fn temporary(path: &Path) -> io::Result<NamedTempFile> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let prefix = format!(".{name}.");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".tmp");
    // Like any new file, not private as temporary ones are.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    builder.tempfile_in(folder.unwrap_or(Path::new(".")))
}

fn cannot_write(path: &Path) -> String {
    format!("cannot write {}", path.display())
}

/// Writes a file that appears under its name only when it is whole.
///
/// # Errors
/// As [`Draft::create`] and [`Draft::publish`].
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut draft = Draft::create(path)?;
    draft.write_all(bytes).with_context(|| cannot_write(path))?;
    draft.publish()
}

/// The SHA-256 of bytes, in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Bytes as hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Creates a folder and those above it, unless they are there.
///
/// # Errors
/// Whatever the file system reports.
pub fn create_folder(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path).with_context(|| format!("cannot create {}", path.display()))
}

/// The most bytes that are read of a file: 1 GiB, far above anything written here.
const MAX_BYTES: u64 = 1 << 30;

/// All of a file that must be there.
///
/// # Errors
/// A file that is missing, cannot be read, is no regular file or has more than 1 GiB.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    read_up_to(path, MAX_BYTES)
}

/// All of a file of at most so many bytes.
///
/// # Errors
/// A file that is missing, cannot be read, is no regular file or is larger.
pub fn read_up_to(path: &Path, most: u64) -> Result<Vec<u8>> {
    bytes(path, most).with_context(|| format!("cannot read {}", path.display()))
}

fn bytes(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    // Before it is opened: opening a pipe waits for someone who writes to it.
    if !path.metadata()?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let (file, mut bytes) = (File::open(path)?, Vec::new());
    file.take(most + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > most {
        true => Err(io::Error::other(format!("it has more than {most} bytes"))),
        false => Ok(bytes),
    }
}

/// All of a file, `None` if there is none.
///
/// # Errors
/// A file that is there but cannot be read, is no regular file or has more than 1 GiB.
pub fn find(path: &Path) -> Result<Option<Vec<u8>>> {
    match bytes(path, MAX_BYTES) {
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
    let shown = path.display();
    if path.metadata().is_ok_and(|there| !there.is_file()) {
        bail!("{shown} is no regular file; choose another --out");
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).truncate(false);
    options.create(missing == Missing::Create);
    // Whoever held the lock may have removed the file in the meantime: then it is opened once more.
    for _ in 0..100 {
        let file = options.open(path).with_context(|| cannot_write(path))?;
        match file.try_lock() {
            Ok(()) if is_at(&file, path) => return Ok(file),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                bail!("another process is writing {shown}: wait for it or choose another --out")
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("cannot lock {shown}"));
            }
        }
    }
    bail!("other processes keep removing {shown}: choose another --out")
}

/// Whether an open file is still the one of this name.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |found: std::fs::Metadata| (found.dev(), found.ino());
    match (file.metadata(), path.metadata()) {
        (Ok(open), Ok(there)) => id(open) == id(there),
        _ => false,
    }
}

/// Elsewhere a file that is open cannot be removed.
#[cfg(not(unix))]
fn is_at(_file: &File, _path: &Path) -> bool {
    true
}

/// A lock that is held until it is dropped or the process ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Waits until nobody else holds the lock of this name, and says so where it has to wait. The file itself stays and
/// is empty.
///
/// # Errors
/// A file that cannot be created or locked.
pub fn wait_for_lock(path: &Path) -> Result<Lock> {
    let shown = path.display();
    let cannot = || format!("cannot lock {shown}");
    let there = path.metadata();
    ensure!(
        !there.is_ok_and(|there| !there.is_file()),
        "{}: it is no regular file",
        cannot()
    );
    let file = File::create(path).with_context(cannot)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            say(&format!("waiting for another process, which holds {shown}"));
            file.lock().with_context(cannot)?;
        }
        Err(TryLockError::Error(error)) => return Err(error).with_context(cannot),
    }
    Ok(Lock { _file: file })
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
        draft.publish().unwrap();
        assert_eq!(read(&path).unwrap(), b"new");
        let abandoned = Draft::create(&path).unwrap();
        drop(abandoned);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_strangers_file_of_a_similar_name_stays() {
        let folder = tempdir().unwrap();
        let stranger = folder.path().join("x.tmp");
        std::fs::write(&stranger, "mine").unwrap();
        write(&folder.path().join("x.safetensors"), b"new").unwrap();
        assert_eq!(read(&stranger).unwrap(), b"mine");
    }

    #[test]
    fn many_who_write_one_file_leave_one_of_theirs() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("claims.csv");
        std::thread::scope(|scope| {
            let writers = (0..16_u8).map(|number| {
                let path = &path;
                scope.spawn(move || (0..20).try_for_each(|_| write(path, &[number; 5000])))
            });
            let writers: Vec<_> = writers.collect();
            assert!(writers.into_iter().all(|one| one.join().unwrap().is_ok()));
        });
        let left = read(&path).unwrap();
        assert_eq!(left, vec![left[0]; 5000]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_what_is_no_file_is_neither_read_nor_replaced() {
        let folder = tempdir().unwrap();
        let [link, target, nowhere] =
            ["link", "below/target", "nowhere"].map(|n| folder.path().join(n));
        create_folder(&folder.path().join("below")).unwrap();
        write(&target, b"old").unwrap();
        std::os::unix::fs::symlink("below/target", &link).unwrap();
        write(&link, b"new").unwrap();
        assert_eq!(read(&target).unwrap(), b"new");
        assert!(link.symlink_metadata().unwrap().is_symlink());
        std::os::unix::fs::symlink("none", &nowhere).unwrap();
        let socket = folder.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        for (path, words) in [(&nowhere, "leads nowhere"), (&socket, "no regular file")] {
            let error = format!("{:#}", write(path, b"new").unwrap_err());
            assert!(error.contains(words), "{error}");
        }
        for path in [socket.as_path(), Path::new("/dev/zero"), folder.path()] {
            assert!(format!("{:#}", read(path).unwrap_err()).contains("no regular file"));
            assert!(open_alone(path, Missing::Create).is_err());
        }
        assert!(read_up_to(&target, 2).is_err() && read_up_to(&target, 3).is_ok());
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
