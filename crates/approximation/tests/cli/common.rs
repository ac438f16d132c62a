//! The binary `mnist-approximation`, run in a temporary folder.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tickets::{Dense, Matrix, Network};

/// The CSV files of a run.
pub const OUT_TABLES: [&str; 2] = [
    "mnist-approximation.csv",
    "mnist-approximation-histogram.csv",
];

/// The binary with a preset of its own.
pub fn command(folder: &Path, preset: &str) -> Command {
    let file = folder.join("small.toml");
    std::fs::write(&file, preset).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_mnist-approximation"));
    command.current_dir(folder).arg("--preset").arg(file);
    command
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

/// The bytes of a run's CSV files.
pub fn csv(folder: &Path, out: &str) -> Vec<Vec<u8>> {
    OUT_TABLES
        .map(|table| std::fs::read(folder.join(out).join(table)).unwrap())
        .into()
}

/// What a script prints of arguments, run by the Python that `TICKETLAB_PYTHON` names or by `python3`.
pub fn python(folder: &Path, script: &str, arguments: &[&str]) -> String {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts");
    let python = std::env::var_os("TICKETLAB_PYTHON").unwrap_or("python3".into());
    let mut command = Command::new(python);
    command.current_dir(folder).arg(scripts.join(script));
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Asserts exit code 2 and one line that holds all of `words`.
pub fn refused(output: &Output, words: &[&str]) {
    let message = stderr(output);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert_eq!(message.trim_end().lines().count(), 1, "{message}");
    for word in words {
        assert!(message.contains(word), "`{word}` is not in: {message}");
    }
}
