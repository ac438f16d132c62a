//! The IDX format in which MNIST is published, as pure functions of the bytes that a reader yields.
//!
//! ```text
//! images: magic 0x00000803, count, rows, columns (big-endian u32), then one byte per pixel
//! labels: magic 0x00000801, count (big-endian u32), then one byte per label
//! ```
//!
//! A reader is never asked for more than one byte beyond what the header declares, and memory grows
//! with the bytes that arrive. So neither a false header nor a compressed file that unpacks to
//! gigabytes does harm.

use std::cmp::Ordering;
use std::io::{self, Read};

use networks::Matrix;
use thiserror::Error;

/// Pixels along either side of an image.
pub const SIDE: usize = 28;

/// Pixels of an image.
pub const PIXELS: usize = SIDE * SIDE;

/// The most classes of a data set of this shape, EMNIST's digits and letters: labels are 0 to 61.
pub const MAX_CLASSES: usize = 62;

/// The most images that are read from one file, more than in any published set of this shape.
pub const LARGEST_COUNT: usize = 700_000;

const IMAGES_MAGIC: u32 = 0x803;
const LABELS_MAGIC: u32 = 0x801;

/// Why bytes are not images or labels in the IDX format.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IdxError {
    /// The reader failed.
    #[error("cannot be read: {0}")]
    Read(#[from] io::Error),
    /// Fewer bytes than a header has.
    #[error("ends after {found} bytes, within its header of {expected}: fetch the file again")]
    Header {
        /// The bytes that there are.
        found: usize,
        /// The bytes of a header.
        expected: usize,
    },
    /// Another kind of file.
    #[error(
        "starts with the magic number {found:#010x} instead of {expected:#010x}: \
         not this kind of IDX file"
    )]
    Magic {
        /// The first four bytes.
        found: u32,
        /// What they should be.
        expected: u32,
    },
    /// Images of another size.
    #[error("has images of {rows}x{columns} pixels: only 28x28 can be used")]
    ImageSize {
        /// Pixels along the vertical side.
        rows: u32,
        /// Pixels along the horizontal side.
        columns: u32,
    },
    /// A header that declares no items.
    #[error("declares 0 items: at least one is needed")]
    Empty,
    /// A header that declares more items than [`LARGEST_COUNT`].
    #[error("declares {count} items: at most {LARGEST_COUNT} are read")]
    TooMany {
        /// The declared number.
        count: u32,
    },
    /// Fewer bytes than declared.
    #[error("has {found} bytes behind its header, which declares {declared}: fetch the file again")]
    Short {
        /// The bytes that there are.
        found: usize,
        /// The bytes that the header declares.
        declared: usize,
    },
    /// More bytes than declared.
    #[error("goes on after the {declared} bytes that its header declares: fetch the file again")]
    Trailing {
        /// The bytes that the header declares.
        declared: usize,
    },
    /// A label of no class.
    #[error("has the label {found} at index {index}: labels must be 0 to {}", classes - 1)]
    Label {
        /// Which label.
        index: usize,
        /// What stands there.
        found: u8,
        /// How many classes there are.
        classes: usize,
    },
}

/// Reads images as a matrix `[count, 784]` of pixels / 255: 0 is background, 1 is full ink.
///
/// # Errors
/// [`IdxError`] if the bytes are not exactly one file of 28x28 images.
pub fn images(mut source: impl Read) -> Result<Matrix, IdxError> {
    let [_, count, rows, columns] = header(&mut source, IMAGES_MAGIC)?;
    if [rows, columns] != [SIDE as u32; 2] {
        return Err(IdxError::ImageSize { rows, columns });
    }
    let count = check_count(count)?;
    let pixels = body(source, count * PIXELS)?;
    let values = pixels.iter().map(|&pixel| f32::from(pixel) / 255.0);
    Ok(Matrix::new(count, PIXELS, values.collect()))
}

/// Reads labels, each below [`MAX_CLASSES`].
///
/// # Errors
/// [`IdxError`] if the bytes are not exactly one file of such labels.
///
/// ```
/// let bytes = [0, 0, 8, 1, 0, 0, 0, 2, 7, 3];
/// assert_eq!(training::idx::labels(&bytes[..])?, [7, 3]);
/// # Ok::<(), training::IdxError>(())
/// ```
pub fn labels(mut source: impl Read) -> Result<Vec<u8>, IdxError> {
    let [_, count] = header(&mut source, LABELS_MAGIC)?;
    let labels = body(source, check_count(count)?)?;
    check_labels(&labels, MAX_CLASSES)?;
    Ok(labels)
}

/// Checks that labels are those of so many classes.
///
/// # Errors
/// [`IdxError::Label`] for the first that is not.
pub fn check_labels(labels: &[u8], classes: usize) -> Result<(), IdxError> {
    let is_outside = |&label: &u8| usize::from(label) >= classes;
    match labels.iter().position(is_outside) {
        None => Ok(()),
        Some(index) => Err(IdxError::Label {
            index,
            found: labels[index],
            classes,
        }),
    }
}

/// Checks the size that the start of a file declares against the file's length, so that a false one
/// is known before more is read. What makes no header is left to the readers.
pub(crate) fn check_length(start: &[u8], length: u64) -> Result<(), IdxError> {
    let dimensions = start.get(3).map_or(0, |&dimensions| dimensions.into());
    let (words, _) = start.get(4..).unwrap_or_default().as_chunks::<4>();
    let Some(sizes) = words.get(..dimensions) else {
        return Ok(());
    };
    let sizes = sizes
        .iter()
        .map(|&size| u64::from(u32::from_be_bytes(size)));
    let declared = sizes.fold(1, u64::saturating_mul) as usize;
    let found = (length as usize).saturating_sub(4 + 4 * dimensions);
    match found.cmp(&declared) {
        Ordering::Less => Err(IdxError::Short { found, declared }),
        Ordering::Equal => Ok(()),
        Ordering::Greater => Err(IdxError::Trailing { declared }),
    }
}

/// The big-endian words of a header, of which the first is the magic number.
fn header<const WORDS: usize>(
    source: &mut impl Read,
    magic: u32,
) -> Result<[u32; WORDS], IdxError> {
    let expected = 4 * WORDS;
    let mut bytes = Vec::new();
    source.take(expected as u64).read_to_end(&mut bytes)?;
    let (words, _) = bytes.as_chunks::<4>();
    let words: Vec<u32> = words.iter().map(|&word| u32::from_be_bytes(word)).collect();
    // The magic number first: a file of another kind may well be shorter than this header.
    match words.first() {
        Some(&found) if found != magic => Err(IdxError::Magic {
            found,
            expected: magic,
        }),
        _ => words.try_into().map_err(|_| IdxError::Header {
            found: bytes.len(),
            expected,
        }),
    }
}

fn check_count(count: u32) -> Result<usize, IdxError> {
    match count as usize {
        0 => Err(IdxError::Empty),
        items if items > LARGEST_COUNT => Err(IdxError::TooMany { count }),
        items => Ok(items),
    }
}

/// All that follows a header, which must be the declared number of bytes.
fn body(source: impl Read, declared: usize) -> Result<Vec<u8>, IdxError> {
    let mut bytes = Vec::new();
    // One byte more than declared tells a file that ends from a file that goes on; on a compressed
    // file, asking for it also makes the decoder verify its checksum.
    source.take(declared as u64 + 1).read_to_end(&mut bytes)?;
    match bytes.len() {
        found if found < declared => Err(IdxError::Short { found, declared }),
        found if found > declared => Err(IdxError::Trailing { declared }),
        _ => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    fn image_file(count: u32, pixels: usize) -> Vec<u8> {
        [words(&[IMAGES_MAGIC, count, 28, 28]), vec![51; pixels]].concat()
    }

    fn label_file(count: u32, labels: &[u8]) -> Vec<u8> {
        [words(&[LABELS_MAGIC, count]), labels.to_vec()].concat()
    }

    #[test]
    fn pixels_become_fractions_of_full_ink() {
        let mut bytes = image_file(2, 2 * PIXELS);
        bytes[16] = 255;
        let images = images(&bytes[..]).unwrap();
        assert_eq!((images.rows(), images.columns()), (2, PIXELS));
        assert_eq!(images.row(0)[..2], [1.0, 0.2]);
    }

    #[test]
    fn short_headers_are_refused() {
        for length in 0..16 {
            let error = images(&image_file(1, PIXELS)[..length]).unwrap_err();
            assert!(matches!(error, IdxError::Header { found, expected: 16 } if found == length));
        }
        let error = labels(&label_file(1, &[])[..7]).unwrap_err();
        assert!(matches!(
            error,
            IdxError::Header {
                found: 7,
                expected: 8
            }
        ));
    }

    #[test]
    fn the_magic_number_tells_the_kinds_apart() {
        let error = images(&label_file(1, &[1])[..]).unwrap_err();
        let text = "starts with the magic number 0x00000801 instead of 0x00000803";
        assert!(error.to_string().starts_with(text), "{error}");
        let error = labels(&image_file(1, PIXELS)[..]).unwrap_err();
        assert!(matches!(
            error,
            IdxError::Magic {
                found: IMAGES_MAGIC,
                expected: LABELS_MAGIC
            }
        ));
    }

    #[test]
    fn images_of_another_size_are_refused() {
        let bytes = words(&[IMAGES_MAGIC, 1, 32, 28]);
        let error = images(&bytes[..]).unwrap_err();
        assert!(
            error.to_string().starts_with("has images of 32x28 pixels"),
            "{error}"
        );
    }

    #[test]
    fn false_counts_are_refused_without_reading_on() {
        assert!(matches!(
            images(&image_file(0, 0)[..]),
            Err(IdxError::Empty)
        ));
        assert!(matches!(
            labels(&label_file(0, &[])[..]),
            Err(IdxError::Empty)
        ));
        for error in [
            images(&image_file(u32::MAX, 5)[..]).unwrap_err(),
            labels(&label_file(u32::MAX, &[5])[..]).unwrap_err(),
        ] {
            assert!(matches!(error, IdxError::TooMany { count: u32::MAX }));
        }
    }

    #[test]
    fn sizes_must_be_the_declared_ones() {
        let short = images(&image_file(2, 2 * PIXELS - 1)[..]).unwrap_err();
        assert!(matches!(
            short,
            IdxError::Short {
                found: 1567,
                declared: 1568
            }
        ));
        let long = images(&image_file(2, 2 * PIXELS + 1)[..]).unwrap_err();
        assert!(matches!(long, IdxError::Trailing { declared: 1568 }));
        let short = labels(&label_file(3, &[1, 2])[..]).unwrap_err();
        assert!(matches!(
            short,
            IdxError::Short {
                found: 2,
                declared: 3
            }
        ));
        let long = labels(&label_file(1, &[1, 2])[..]).unwrap_err();
        assert!(matches!(long, IdxError::Trailing { declared: 1 }));
    }

    #[test]
    fn a_false_size_is_known_from_the_start_of_a_file() {
        let start = &image_file(2, 4)[..];
        let length = 16 + 2 * PIXELS as u64;
        assert!(check_length(start, length).is_ok());
        let short = check_length(start, length - 1).unwrap_err();
        let beginning = "has 1567 bytes behind its header, which declares 1568";
        assert!(short.to_string().starts_with(beginning), "{short}");
        let long = check_length(start, 1 << 40).unwrap_err();
        assert!(matches!(long, IdxError::Trailing { declared: 1568 }));
        let absurd = words(&[IMAGES_MAGIC, u32::MAX, u32::MAX, u32::MAX]);
        assert!(check_length(&absurd, 16).is_err());
        assert!(check_length(&start[..15], 15).is_ok());
    }

    #[test]
    fn an_endless_source_is_read_no_further_than_declared() {
        let header = label_file(3, &[]);
        let mut endless = header.chain(io::repeat(1));
        assert!(matches!(
            labels(&mut endless),
            Err(IdxError::Trailing { declared: 3 })
        ));
    }

    #[test]
    fn labels_are_those_of_the_classes() {
        let error = labels(&label_file(3, &[0, 61, 62])[..]).unwrap_err();
        let text = "has the label 62 at index 2: labels must be 0 to 61";
        assert_eq!(error.to_string(), text);
        assert!(check_labels(&[0, 9], 10).is_ok());
        let error = check_labels(&[0, 9, 10], 10).unwrap_err().to_string();
        assert!(error.ends_with("labels must be 0 to 9"), "{error}");
    }

    #[test]
    fn a_failing_reader_is_an_error() {
        struct Failing;
        impl Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("unplugged"))
            }
        }
        assert_eq!(
            labels(Failing).unwrap_err().to_string(),
            "cannot be read: unplugged"
        );
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(
            is_images: bool,
            count in 0_u32..4,
            tail in prop::collection::vec(any::<u8>(), 0..64),
        ) {
            let magic = if is_images { IMAGES_MAGIC } else { LABELS_MAGIC };
            let bytes = [words(&[magic, count]), tail].concat();
            let _ = images(&bytes[..]);
            if let Ok(labels) = labels(&bytes[..]) {
                prop_assert_eq!(labels, &bytes[8..]);
            }
        }
    }
}
