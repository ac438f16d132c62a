//! Files that can be read to their end: no pipes, no devices, and none larger than asked for.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Opens a file whose length is known before it is read.
///
/// # Errors
/// What the system says, and anything but a regular file: a pipe may never open, and a device may
/// never end.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let kind = std::fs::metadata(path)?.file_type();
    let refuse = |text| Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    if kind.is_dir() {
        return refuse("is a folder: name a file");
    }
    if !kind.is_file() {
        return refuse("is a pipe, a device or a socket: copy it to a file and name that");
    }
    File::open(path)
}

/// All bytes of a file of at most `most` bytes.
///
/// # Errors
/// As [`open`], and a file that is larger.
pub(crate) fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = open(path)?;
    let mut bytes = Vec::new();
    // The length may be wrong, as it is in /proc, or change meanwhile.
    if file.metadata()?.len() <= most {
        file.take(most + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 <= most {
            return Ok(bytes);
        }
    }
    let text = format!("is larger than the {most} bytes that are read: name a smaller file");
    Err(io::Error::new(io::ErrorKind::FileTooLarge, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_up_to_a_bound() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, [7; 10]).unwrap();
        assert_eq!(read(&path, 10).unwrap(), [7; 10]);
        let error = read(&path, 9).unwrap_err().to_string();
        assert!(error.starts_with("is larger than the 9 bytes"), "{error}");
        let error = read(folder.path(), 10).unwrap_err().to_string();
        assert!(error.starts_with("is a folder"), "{error}");
        assert!(read(&folder.path().join("absent"), 10).is_err());
    }

    /// A terabyte on paper, of which nothing is read.
    #[test]
    fn a_huge_file_is_refused_by_its_length() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("file");
        File::create(&path).unwrap().set_len(1 << 40).unwrap();
        let error = read(&path, 1 << 30).unwrap_err().to_string();
        assert!(error.starts_with("is larger than"), "{error}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_never_ends_is_not_opened() {
        let error = open(Path::new("/dev/zero")).unwrap_err().to_string();
        assert!(error.starts_with("is a pipe, a device"), "{error}");
        // Its length is 0 and it holds more.
        assert!(read(Path::new("/proc/cpuinfo"), 10).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_not_waited_for() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.unwrap().success());
        let error = open(&path).unwrap_err().to_string();
        assert!(error.starts_with("is a pipe, a device"), "{error}");
    }
}
