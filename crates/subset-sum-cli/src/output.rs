//! Standard output, whose reader may leave at any time.

use std::io::{self, ErrorKind};

/// Whether to stop because the reader of standard output has seen enough.
pub fn stop(written: io::Result<()>) -> Result<bool, String> {
    match written {
        Ok(()) => Ok(false),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(true),
        Err(error) => Err(format!("standard output: {error}")),
    }
}
