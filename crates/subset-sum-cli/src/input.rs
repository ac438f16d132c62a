//! Lines of text from a file, from standard input or from the command line.

use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;

/// The longest line that is read, in bytes: 64 numbers of any sensible length.
const MAX_LINE: u64 = 1 << 16;

/// Lines, and where they come from.
pub struct Lines {
    name: String,
    input: Box<dyn BufRead>,
    number: u64,
}

impl Lines {
    /// The lines of a file or those of `text`; those of standard input if there is neither.
    pub fn open(file: Option<&Path>, text: Option<&str>) -> Result<Self, String> {
        let (name, input): (_, Box<dyn BufRead>) = match (file, text) {
            (Some(path), _) => {
                let name = path.display().to_string();
                let file = File::open(path).map_err(|error| format!("{name}: {error}"))?;
                (name, Box::new(BufReader::new(file)))
            }
            (None, Some(text)) => (
                "--instance".to_owned(),
                Box::new(Cursor::new(text.to_owned())),
            ),
            (None, None) => ("standard input".to_owned(), Box::new(io::stdin().lock())),
        };
        Ok(Self {
            name,
            input,
            number: 0,
        })
    }

    /// The next line that holds anything, as `parse` understands it, and its number; `None` at the end.
    pub fn next<T, E: Display>(
        &mut self,
        parse: impl Fn(&str) -> Result<Option<T>, E>,
    ) -> Result<Option<(u64, T)>, String> {
        while let Some(line) = self.read()? {
            if let Some(parsed) = parse(&line).map_err(|error| self.at(error))? {
                return Ok(Some((self.number, parsed)));
            }
        }
        Ok(None)
    }

    /// A message about the last line.
    pub fn at(&self, message: impl Display) -> String {
        format!("{}, line {}: {message}", self.name, self.number)
    }

    fn read(&mut self) -> Result<Option<String>, String> {
        self.number += 1;
        let mut line = String::new();
        let read = (&mut self.input).take(MAX_LINE).read_line(&mut line);
        let read = read.map_err(|error| self.at(error))?;
        if read as u64 == MAX_LINE {
            return Err(self.at(format!("longer than {MAX_LINE} bytes")));
        }
        Ok((read > 0).then_some(line))
    }
}
