//! Data sets in a directory: gzipped and plain, and every way in which a file can be wrong.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::{Compression, write::GzEncoder};
use tempfile::TempDir;
use training::{IdxError, Mnist, MnistError, Split};

const IMAGES: &str = "t10k-images-idx3-ubyte";
const LABELS: &str = "t10k-labels-idx1-ubyte";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn images(count: u32) -> Vec<u8> {
    let header = [0x803, count, 28, 28].map(u32::to_be_bytes).concat();
    [header, vec![255; count as usize * 784]].concat()
}

fn labels(labels: &[u8]) -> Vec<u8> {
    let header = [0x801, labels.len() as u32].map(u32::to_be_bytes).concat();
    [header, labels.to_vec()].concat()
}

/// A directory with these files and the test split that it yields.
fn read(files: &[(&str, &[u8])]) -> Result<Split, MnistError> {
    let directory = TempDir::new().unwrap();
    for (name, bytes) in files {
        fs::write(directory.path().join(name), bytes).unwrap();
    }
    Mnist::from_directory(directory.path()).test()
}

fn gz(name: &str) -> String {
    format!("{name}.gz")
}

#[test]
fn gzipped_and_plain_files_are_read_alike() {
    let plain = read(&[(IMAGES, &images(2)), (LABELS, &labels(&[3, 9]))]).unwrap();
    assert_eq!(plain.labels, [3, 9]);
    assert_eq!(plain.images.values(), [1.0; 2 * 784]);
    let mixed = read(&[(&gz(IMAGES), &gzip(&images(2))), (LABELS, &labels(&[3, 9]))]);
    assert_eq!(mixed.unwrap(), plain);
}

#[test]
fn files_are_found_as_they_are_unpacked_and_as_torchvision_puts_them() {
    let directory = TempDir::new().unwrap();
    let root = directory.path();
    let put = |folder: &str, digit: u8, dot: bool| {
        let folder = root.join(folder);
        fs::create_dir_all(&folder).unwrap();
        let spelled = |name: &str| match dot {
            true => folder.join(name.replace("-idx", ".idx")),
            false => folder.join(name),
        };
        fs::write(spelled(IMAGES), images(1)).unwrap();
        fs::write(spelled(LABELS), labels(&[digit])).unwrap();
    };
    let digit = || {
        Mnist::from_directory(root)
            .test()
            .map(|test| test.labels[0])
    };
    put("MNIST/raw", 1, false);
    assert_eq!(digit().unwrap(), 1);
    put("FashionMNIST/raw", 2, true);
    let error = digit().unwrap_err();
    assert!(matches!(error, MnistError::Several { .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains("FashionMNIST/raw"), "{text}");
    put("", 3, true);
    assert_eq!(digit().unwrap(), 3);
    let packed = root.join(gz("t10k-labels.idx1-ubyte"));
    fs::write(packed, gzip(&labels(&[4]))).unwrap();
    assert_eq!(digit().unwrap(), 4);
}

#[test]
fn labels_are_those_of_the_networks_outputs() {
    let directory = TempDir::new().unwrap();
    let test = |all: &[u8], outputs| {
        let path = |name| directory.path().join(name);
        fs::write(path(IMAGES), images(all.len() as u32)).unwrap();
        fs::write(path(LABELS), labels(all)).unwrap();
        Mnist::from_directory(directory.path()).test_for(outputs)
    };
    let found = |all: &[u8], outputs| {
        let (split, is_shifted) = test(all, outputs).unwrap();
        (split.labels, is_shifted)
    };
    assert_eq!(found(&[61, 0], 62), (vec![61, 0], false));
    assert_eq!(found(&[2, 1, 3], 3), (vec![1, 0, 2], true));
    // A network with an output for 0, labels with a 0, and labels that leave one out.
    assert_eq!(found(&[2, 1, 3], 4), (vec![2, 1, 3], false));
    assert_eq!(found(&[2, 1, 3, 0], 3), (vec![2, 1, 3, 0], false));
    assert_eq!(found(&[1, 3], 3), (vec![1, 3], false));
    assert!(test(&[62], 70).is_err());
}

#[test]
fn a_missing_file_is_named_in_both_spellings() {
    let error = read(&[(IMAGES, &images(1))]).unwrap_err();
    assert!(matches!(error, MnistError::Missing { .. }));
    let text = error.to_string();
    let beginning = "found neither t10k-labels-idx1-ubyte.gz nor t10k-labels-idx1-ubyte in /";
    assert!(text.starts_with(beginning), "{text}");
    assert!(Mnist::from_directory("no such directory").train().is_err());
}

#[test]
fn damaged_gzip_files_are_refused() {
    let whole = gzip(&images(1));
    let mut damaged = whole.clone();
    let checksum = whole.len() - 8;
    damaged[checksum] ^= 1;
    let garbage = [whole.clone(), b"garbage".to_vec()].concat();
    for bytes in [
        &whole[..9],
        &whole[..whole.len() - 1],
        &damaged,
        &garbage,
        &images(1),
        b"",
    ] {
        let error = read(&[(&gz(IMAGES), bytes)]).unwrap_err();
        assert!(matches!(error, MnistError::Gzip { .. }), "{error}");
        assert!(
            error
                .to_string()
                .contains("t10k-images-idx3-ubyte.gz: cannot be unpacked")
        );
    }
}

#[test]
fn a_second_gzip_member_counts_as_more_bytes() {
    let twice = gzip(&images(1)).repeat(2);
    let error = read(&[(&gz(IMAGES), &twice)]).unwrap_err();
    let problem = IdxError::Trailing { declared: 784 }.to_string();
    assert!(matches!(error, MnistError::Content { .. }), "{error}");
    assert!(error.to_string().ends_with(&problem), "{error}");
}

#[test]
fn unreadable_files_are_refused() {
    let directory = TempDir::new().unwrap();
    fs::create_dir(directory.path().join(IMAGES)).unwrap();
    let error = Mnist::from_directory(directory.path()).test().unwrap_err();
    assert!(matches!(error, MnistError::Read { .. }), "{error}");
}

/// A terabyte on paper, of which the header alone is read.
#[test]
fn a_huge_file_is_refused_after_its_header() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join(IMAGES);
    fs::write(&path, images(1)).unwrap();
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_len(1 << 40).unwrap();
    let error = Mnist::from_directory(directory.path()).test().unwrap_err();
    let problem = IdxError::Trailing { declared: 784 }.to_string();
    assert!(error.to_string().ends_with(&problem), "{error}");
}

/// The target of a link that never ends, under the name of a file.
#[cfg(target_os = "linux")]
#[test]
fn a_device_is_refused() {
    let directory = TempDir::new().unwrap();
    std::os::unix::fs::symlink("/dev/zero", directory.path().join(IMAGES)).unwrap();
    let error = Mnist::from_directory(directory.path()).test().unwrap_err();
    assert!(matches!(error, MnistError::Read { .. }), "{error}");
}

#[test]
fn wrong_content_names_the_file() {
    let error = read(&[(IMAGES, &images(1)), (LABELS, &labels(&[10]))]).unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("t10k-labels-idx1-ubyte: has the label 10 at index 0"),
        "{text}"
    );
    let error = read(&[(IMAGES, &labels(&[1]))]).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("t10k-images-idx3-ubyte: starts with"),
        "{error}"
    );
}

#[test]
fn images_and_labels_must_be_equally_many() {
    let error = read(&[(IMAGES, &images(2)), (LABELS, &labels(&[1]))]).unwrap_err();
    assert!(
        matches!(
            error,
            MnistError::Counts {
                images: 2,
                labels: 1,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn the_tracked_files_read_as_a_directory() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/mnist");
    let read = Mnist::from_directory(directory).test().unwrap();
    assert_eq!(read, Mnist::embedded().test().unwrap());
}
