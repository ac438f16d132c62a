//! What tests of experiments on MNIST share: small inputs in files.
//!
//! Everything here panics where a test should fail.

use networks::{Dense, Matrix, Network};
use std::path::{Path, PathBuf};
use std::process::Output;

/// What a binary put out, without what it says of a target that it could read and of the images.
pub fn without_notes(mut output: Output) -> Output {
    let text = String::from_utf8_lossy(&output.stderr);
    let is_note = |line: &&str| {
        let beginnings = ["target: ", "images: ", "warning: "];
        beginnings
            .iter()
            .any(|beginning| line.starts_with(beginning))
    };
    let rest = text.lines().filter(|line| !is_note(line));
    output.stderr = rest.collect::<Vec<&str>>().join("\n").into_bytes();
    output
}

/// A folder with few test images, so that the work is in the approximation.
pub fn few_images(folder: &Path) -> PathBuf {
    const COUNT: usize = 100;
    let data = folder.join("images");
    std::fs::create_dir_all(&data).unwrap();
    let number = |value: usize| (value as u32).to_be_bytes();
    let mut images: Vec<u8> = [0x803, COUNT, 28, 28].map(number).concat();
    images.extend((0..COUNT * 784).map(|i| (i % 251) as u8));
    let mut labels: Vec<u8> = [0x801, COUNT].map(number).concat();
    labels.extend((0..COUNT).map(|i| (i % 10) as u8));
    std::fs::write(data.join("t10k-images-idx3-ubyte"), images).unwrap();
    std::fs::write(data.join("t10k-labels-idx1-ubyte"), labels).unwrap();
    data
}

/// A file with a network of small weights, changed byte by byte.
pub fn network_file(
    folder: &Path,
    name: &str,
    shape: [usize; 3],
    change: impl Fn(&mut Vec<u8>),
) -> PathBuf {
    let layer = |name: &str, rows, columns| Dense {
        name: name.to_owned(),
        weight: Matrix::new(
            rows,
            columns,
            (0..rows * columns).map(|i| i as f32 * 1e-6).collect(),
        ),
        bias: None,
    };
    let [inputs, hidden, outputs] = shape;
    let layers = vec![layer("fc1", hidden, inputs), layer("fc2", outputs, hidden)];
    let mut bytes = Network::new(layers).unwrap().to_safetensors();
    change(&mut bytes);
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}
