//! The MNIST images of handwritten digits, compiled in or read from a directory.
//!
//! A directory holds the four files of the original publication, gzipped or not, so that other sets
//! in the same format (Fashion-MNIST, for one) take MNIST's place. They may lie in it as torchvision
//! puts them, and a dot may stand for a dash in their names. Nothing is read before it is
//! asked for: who needs only the test split never unpacks the other.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use networks::Matrix;
use thiserror::Error;

use crate::idx::{self, IdxError};
use crate::regular;

/// Images and their labels, one label per image.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// One image per row, `[count, 784]`, as pixels / 255.
    pub images: Matrix,
    /// The class of each image: in MNIST the digit, 0 to 9.
    pub labels: Vec<u8>,
}

impl Split {
    /// The first so many images, or all if there are no more.
    #[must_use]
    pub fn first(self, most: usize) -> Split {
        if most >= self.labels.len() {
            return self;
        }
        Split {
            images: self.images.gather(0..most),
            labels: self.labels[..most].to_vec(),
        }
    }

    /// All pixels as little-endian 32-bit floats, then the labels: what a hash of the images covers.
    pub fn bytes(&self) -> Vec<u8> {
        let pixels = self.images.values().iter();
        let mut bytes: Vec<u8> = pixels.flat_map(|pixel| pixel.to_le_bytes()).collect();
        bytes.extend(&self.labels);
        bytes
    }
}

/// Why a data set cannot be read. Every message names the file.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MnistError {
    /// Neither spelling of a file's name exists.
    #[error(
        "found neither {name}.gz nor {name} in {directory}: put one of them there, or into MNIST/raw"
    )]
    Missing {
        /// The name without `.gz`.
        name: &'static str,
        /// Where both were looked for.
        directory: PathBuf,
    },
    /// Several data sets in one directory.
    #[error("{directory} holds several data sets: name one of {folders}")]
    Several {
        /// The directory.
        directory: PathBuf,
        /// The folders below it that hold one.
        folders: String,
    },
    /// A file that exists but cannot be read.
    #[error("{file}: cannot be read: {problem}")]
    Read {
        /// The file's path.
        file: String,
        /// What the system says.
        problem: io::Error,
    },
    /// A file that ends in `.gz` and does not unpack.
    #[error("{file}: cannot be unpacked: {problem}; fetch it again, or drop .gz if it is unpacked")]
    Gzip {
        /// The file's path.
        file: String,
        /// What the decoder says.
        problem: io::Error,
    },
    /// A file whose bytes are not the images or labels that its name promises.
    #[error("{file}: {problem}")]
    Content {
        /// The file's path.
        file: String,
        /// What is wrong with the bytes.
        problem: IdxError,
    },
    /// Files that do not belong together.
    #[error(
        "{images} images in {images_file} but {labels} labels in {labels_file}: mixed-up files"
    )]
    Counts {
        /// The images' path.
        images_file: String,
        /// How many images there are.
        images: usize,
        /// The labels' path.
        labels_file: String,
        /// How many labels there are.
        labels: usize,
    },
}

/// A data set in MNIST's format, of which each split is read when asked for.
///
/// ```
/// let test = training::Mnist::embedded().test()?;
/// assert_eq!(test.images.rows(), 10_000);
/// assert_eq!(test.labels[..3], [7, 2, 1]);
/// # Ok::<(), training::MnistError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Mnist {
    /// None stands for the files compiled in.
    directory: Option<PathBuf>,
}

impl Mnist {
    /// MNIST itself, compiled in.
    pub fn embedded() -> Mnist {
        Mnist { directory: None }
    }

    /// The four files in a directory; nothing is opened yet.
    pub fn from_directory(directory: impl AsRef<Path>) -> Mnist {
        Mnist {
            directory: Some(directory.as_ref().to_path_buf()),
        }
    }

    /// The images to train on, 60,000 in MNIST, of ten classes.
    ///
    /// # Errors
    /// [`MnistError`], which names the file and what is wrong with it.
    pub fn train(&self) -> Result<Split, MnistError> {
        self.split(&TRAIN_IMAGES, &TRAIN_LABELS, DIGITS)
    }

    /// The images to test with, 10,000 in MNIST, of ten classes.
    ///
    /// # Errors
    /// [`MnistError`], which names the file and what is wrong with it.
    pub fn test(&self) -> Result<Split, MnistError> {
        self.split(&TEST_IMAGES, &TEST_LABELS, DIGITS)
    }

    /// The images to test a network of so many outputs with, and whether their labels counted from 1
    /// and were made to count from 0: they are if they are all of the numbers from 1 to `outputs`.
    /// There may be labels that the network has no output for.
    ///
    /// # Errors
    /// [`MnistError`], which names the file and what is wrong with it.
    pub fn test_for(&self, outputs: usize) -> Result<(Split, bool), MnistError> {
        let mut test = self.split(&TEST_IMAGES, &TEST_LABELS, idx::MAX_CLASSES)?;
        let counts_from_one = counts_from_one(&test.labels, outputs);
        if counts_from_one {
            test.labels.iter_mut().for_each(|label| *label -= 1);
        }
        Ok((test, counts_from_one))
    }

    fn split(
        &self,
        images: &Original,
        labels: &Original,
        classes: usize,
    ) -> Result<Split, MnistError> {
        let (images_file, images) = self.open(images)?.parse(idx::images)?;
        let (labels_file, labels) = self.open(labels)?.parse(idx::labels)?;
        if let Err(problem) = idx::check_labels(&labels, classes) {
            let file = labels_file;
            return Err(MnistError::Content { file, problem });
        }
        if images.rows() != labels.len() {
            return Err(MnistError::Counts {
                images_file,
                images: images.rows(),
                labels_file,
                labels: labels.len(),
            });
        }
        Ok(Split { images, labels })
    }

    fn open(&self, original: &Original) -> Result<Opened, MnistError> {
        let name = original.name;
        let Some(directory) = &self.directory else {
            return Ok(Opened::packed(
                format!("embedded {name}.gz"),
                original.embedded,
            ));
        };
        let folder = folder_of(name, directory)?;
        for path in spellings(name).map(|spelling| folder.join(spelling)) {
            let Some((file, reader)) = open_if_there(&path)? else {
                continue;
            };
            return Ok(match path.extension() {
                Some(extension) if extension == "gz" => Opened::packed(file, reader),
                _ => Opened::plain(file, reader)?,
            });
        }
        Err(MnistError::Missing {
            name,
            directory: directory.clone(),
        })
    }
}

/// The classes of MNIST.
const DIGITS: usize = 10;

/// Where torchvision puts data sets of this format below a folder.
const TORCHVISION: [&str; 3] = ["MNIST/raw", "FashionMNIST/raw", "KMNIST/raw"];

/// A file's name as it is found: with a dash or, unpacked by some programs, a dot.
fn spellings(name: &str) -> [String; 4] {
    let dotted = name.replace("-idx", ".idx");
    [
        format!("{name}.gz"),
        name.to_owned(),
        format!("{dotted}.gz"),
        dotted,
    ]
}

/// The folder that holds a file: the directory itself, or the one data set of torchvision in it.
fn folder_of(name: &str, directory: &Path) -> Result<PathBuf, MnistError> {
    let holds = |folder: &PathBuf| {
        let mut spellings = spellings(name).into_iter();
        spellings.any(|spelling| folder.join(spelling).exists())
    };
    let below = TORCHVISION.map(|folder| directory.join(folder));
    let mut found: Vec<PathBuf> = below.into_iter().filter(holds).collect();
    if found.is_empty() || holds(&directory.to_path_buf()) {
        return Ok(directory.to_path_buf());
    }
    if found.len() > 1 {
        let folders = found.iter().map(|folder| folder.display().to_string());
        return Err(MnistError::Several {
            directory: directory.to_path_buf(),
            folders: folders.collect::<Vec<String>>().join(", "),
        });
    }
    Ok(found.remove(0))
}

/// Whether labels are all of the numbers from 1 to `classes`.
fn counts_from_one(labels: &[u8], classes: usize) -> bool {
    let found: BTreeSet<usize> = labels.iter().map(|&label| label.into()).collect();
    found.into_iter().eq(1..=classes)
}

/// One of the four files: its published name and our gzipped copy.
struct Original {
    name: &'static str,
    embedded: &'static [u8],
}

macro_rules! original {
    ($name:literal) => {
        Original {
            name: $name,
            embedded: include_bytes!(concat!("../../../data/mnist/", $name, ".gz")),
        }
    };
}

static TRAIN_IMAGES: Original = original!("train-images-idx3-ubyte");
static TRAIN_LABELS: Original = original!("train-labels-idx1-ubyte");
static TEST_IMAGES: Original = original!("t10k-images-idx3-ubyte");
static TEST_LABELS: Original = original!("t10k-labels-idx1-ubyte");

/// A file about to be read: where it is, whether it is gzipped, and its unpacked bytes.
struct Opened {
    file: String,
    is_packed: bool,
    bytes: Box<dyn Read>,
}

impl Opened {
    fn packed(file: String, packed: impl io::BufRead + 'static) -> Opened {
        Opened {
            file,
            is_packed: true,
            // A plain decoder would silently stop behind the first of several members.
            bytes: Box::new(MultiGzDecoder::new(packed)),
        }
    }

    /// A file whose header fits its length.
    fn plain(file: String, mut reader: BufReader<File>) -> Result<Opened, MnistError> {
        let length = reader.get_ref().metadata().map(|metadata| metadata.len());
        let start = length.and_then(|length| Ok((reader.fill_buf()?, length)));
        let check = start.map(|(start, length)| idx::check_length(start, length));
        match check {
            Err(problem) => Err(MnistError::Read { file, problem }),
            Ok(Err(problem)) => Err(MnistError::Content { file, problem }),
            Ok(Ok(())) => Ok(Opened {
                file,
                is_packed: false,
                bytes: Box::new(reader),
            }),
        }
    }

    /// The file's name and content.
    fn parse<T>(
        self,
        parse: fn(Box<dyn Read>) -> Result<T, IdxError>,
    ) -> Result<(String, T), MnistError> {
        let file = self.file;
        match parse(self.bytes) {
            Ok(content) => Ok((file, content)),
            Err(IdxError::Read(problem)) if self.is_packed => {
                Err(MnistError::Gzip { file, problem })
            }
            Err(IdxError::Read(problem)) => Err(MnistError::Read { file, problem }),
            Err(problem) => Err(MnistError::Content { file, problem }),
        }
    }
}

fn open_if_there(path: &Path) -> Result<Option<(String, BufReader<File>)>, MnistError> {
    let file = path.display().to_string();
    match regular::open(path) {
        Ok(reader) => Ok(Some((file, BufReader::new(reader)))),
        Err(problem) if problem.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(problem) => Err(MnistError::Read { file, problem }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    /// The unpacked bytes are those of the original publication.
    #[test]
    fn the_embedded_files_are_the_original_ones() {
        let digests = [
            (
                &TRAIN_IMAGES,
                "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            ),
            (
                &TRAIN_LABELS,
                "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            ),
            (
                &TEST_IMAGES,
                "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            ),
            (
                &TEST_LABELS,
                "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
            ),
        ];
        for (original, digest) in digests {
            let mut bytes = Vec::new();
            MultiGzDecoder::new(original.embedded)
                .read_to_end(&mut bytes)
                .unwrap();
            let found: String = Sha256::digest(&bytes)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            assert_eq!(found, digest, "{}", original.name);
        }
    }

    #[test]
    fn the_embedded_splits_are_complete() {
        for (split, count) in [
            (Mnist::embedded().train().unwrap(), 60_000),
            (Mnist::embedded().test().unwrap(), 10_000),
        ] {
            assert_eq!((split.images.rows(), split.images.columns()), (count, 784));
            assert_eq!(split.labels.len(), count);
        }
    }
}
