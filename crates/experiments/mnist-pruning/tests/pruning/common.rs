//! Small runs of the binary on few images.

use std::path::{Path, PathBuf};
use std::process::Command;

pub const TABLES: [&str; 2] = ["mnist-pruning.csv", "mnist-pruning-epochs.csv"];

pub const SMALL: &str = "{ architectures = ['fc2', 'lenet5'], models = ['wide', 'linear', 'relu'], \
                     variants = ['paper'], sparsities = [0.5], epochs = [2], seeds = [1] }";

/// Writes a data set of few images in which digits differ by where they are bright.
pub fn few_images(folder: &Path, name: &str, count: usize) -> PathBuf {
    let data = folder.join(name);
    std::fs::create_dir_all(&data).unwrap();
    let number = |value: usize| (value as u32).to_be_bytes();
    for (kind, count) in [("train", count), ("t10k", count / 2)] {
        let mut images: Vec<u8> = [0x803, count, 28, 28].map(number).concat();
        let pixel = |image: usize, pixel: usize| {
            let is_bright = pixel / 78 == image % 10 && !(pixel + image).is_multiple_of(3);
            if is_bright {
                100 + (pixel * 7 + image * 13) % 150
            } else {
                0
            }
        };
        images.extend((0..count * 784).map(|place| pixel(place / 784, place % 784) as u8));
        let mut labels: Vec<u8> = [0x801, count].map(number).concat();
        labels.extend((0..count).map(|image| (image % 10) as u8));
        std::fs::write(data.join(format!("{kind}-images-idx3-ubyte")), images).unwrap();
        std::fs::write(data.join(format!("{kind}-labels-idx1-ubyte")), labels).unwrap();
    }
    data
}

/// The binary with sweeps and few images.
pub fn command(folder: &Path, sweeps: &str, out: &str) -> Command {
    let preset = folder.join("small.toml");
    std::fs::write(
        &preset,
        format!("seed = 1\n[mnist-pruning]\nsweeps = [{sweeps}]\n"),
    )
    .unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_mnist-pruning"));
    command.current_dir(folder).arg("--preset").arg(preset);
    command.arg("--data").arg(few_images(folder, "images", 150));
    command.args(["--out", out, "--quiet"]);
    command
}

/// Runs a command that must succeed.
pub fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", lab::testing::stderr(&output));
}

/// Both tables as they are.
pub fn csv(folder: &Path, out: &str) -> [Vec<u8>; 2] {
    TABLES.map(|table| std::fs::read(folder.join(out).join(table)).unwrap())
}

/// All rows of one of the tables in a results folder.
pub fn rows<R: lab::Row>(folder: &Path, out: &str) -> Vec<R> {
    lab::table::read(&folder.join(out)).unwrap().unwrap()
}

/// The files of a run's kind, such as its tickets.
pub fn files(folder: &Path, out: &str, kind: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder.join(out).join("mnist-pruning"));
    let Ok(files) = files else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.retain(|path| {
        path.to_str()
            .unwrap()
            .ends_with(&format!(".{kind}.safetensors"))
    });
    files.sort();
    files
}
