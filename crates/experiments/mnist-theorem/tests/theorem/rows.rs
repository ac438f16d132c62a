//! The rows of a small target against subsets that are listed one by one.

use lab::{Experiment as _, Flags, Folder, table};
use mnist_theorem::{Config, Experiment, LayerRow, Row};
use networks::{Dense, Matrix, Network};
use std::path::Path;
use subset_sum::grid;
use tempfile::TempDir;
use tickets::construction::{
    Construction, Gadget, NonnegativeInputs, Norms, RandomNetwork, Selection, Split, Target,
    construct,
};
use training::Mnist;
use training::source::{Source, TargetFile};

const HIDDEN: usize = 3;
const UNITS: usize = 5;
const CANDIDATES: usize = 4;
const IMAGES: usize = 40;

const PRESET: &str = "seed = 7
[mnist-theorem]
starts = 2
steps = 5
networks = [
    { gadget = 'paper', nonnegative-inputs = 'nowhere', units = 5, candidates = [4], replicates = 2 },
    { gadget = 'pooled', nonnegative-inputs = 'everywhere', units = 5, candidates = [4], replicates = 1 },
]
";

/// 784-3-10, with biases if they are asked for.
fn network(has_biases: bool) -> Network {
    let layer = |name: &str, rows: usize, columns: usize| Dense {
        name: name.to_owned(),
        weight: Matrix::new(
            rows,
            columns,
            (0..rows * columns)
                .map(|at| (at * 37 % 101) as f32 / 100.0 - 0.5)
                .collect(),
        ),
        bias: has_biases.then(|| (0..rows).map(|row| row as f32 / 8.0 - 0.25).collect()),
    };
    Network::new(vec![layer("fc1", HIDDEN, 784), layer("fc2", 10, HIDDEN)]).unwrap()
}

fn write_images(folder: &Path) {
    let number = |value: usize| (value as u32).to_be_bytes();
    let mut images: Vec<u8> = [0x803, IMAGES, 28, 28].map(number).concat();
    images.extend((0..IMAGES * 784).map(|at| (at * at / 7 % 251) as u8));
    let mut labels: Vec<u8> = [0x801, IMAGES].map(number).concat();
    labels.extend((0..IMAGES).map(|image| (image % 10) as u8));
    std::fs::write(folder.join("t10k-images-idx3-ubyte"), images).unwrap();
    std::fs::write(folder.join("t10k-labels-idx1-ubyte"), labels).unwrap();
}

fn run(network: &Network) -> TempDir {
    let folder = TempDir::new().unwrap();
    let [preset, target] =
        ["small.toml", "target.safetensors"].map(|name| folder.path().join(name));
    std::fs::write(&preset, PRESET).unwrap();
    std::fs::write(&target, network.to_safetensors()).unwrap();
    write_images(folder.path());
    let flags = Flags {
        threads: Some(2),
        quiet: true,
        ..Flags::of(Folder {
            preset: preset.to_str().unwrap().to_owned(),
            out: Some(folder.path().to_owned()),
        })
    };
    let preset = flags.preset(&[Experiment.about()]).unwrap();
    let config = Config::new(
        &preset,
        Source::File(TargetFile::new(&target)),
        Some(folder.path()),
    )
    .unwrap();
    lab::run(&Experiment, &config, &preset, &flags).unwrap();
    folder
}

fn read<R: lab::Row>(folder: &TempDir) -> Vec<R> {
    table::read(folder.path()).unwrap().unwrap()
}

/// The instances of a layer, each as its candidates and its weight.
fn instances(
    target: &Target,
    random: &RandomNetwork,
    layer: usize,
    row: &Row,
) -> Vec<(Vec<i64>, i64)> {
    let (random, weights) = (random.layers()[layer], &target.layers()[layer]);
    let half_lines = if row.nonnegative_inputs == NonnegativeInputs::Everywhere {
        1
    } else {
        2
    };
    let mut instances = Vec::new();
    for output in 0..weights.rows() {
        for input in 0..weights.columns() {
            let (first, second) = (random.first(input, input), random.second(output, input));
            for half_line in 0..half_lines {
                let serves = |&unit: &usize| {
                    let sign_fits = (first[unit] < 0) == (half_line == 1) && first[unit] != 0;
                    sign_fits && (row.gadget == Gadget::Pooled || unit / UNITS == half_line)
                };
                // In the order drawn: the halves take turns.
                let units = (0..2 * UNITS).map(|draw| draw % 2 * UNITS + draw / 2);
                let candidates = units
                    .filter(serves)
                    .map(|unit| i64::from(first[unit]) * i64::from(second[unit]));
                let weight = grid::from_f64(weights.row(output)[input].into()).unwrap();
                instances.push((candidates.take(CANDIDATES).collect(), weight));
            }
        }
    }
    instances
}

/// The distance of the closest subset sum, and whether the weight is beyond all of them.
fn closest((candidates, weight): &(Vec<i64>, i64)) -> (i64, bool) {
    let sum = |mask: u32| -> i64 {
        let kept = candidates
            .iter()
            .enumerate()
            .filter(|(at, _)| mask >> at & 1 == 1);
        kept.map(|(_, candidate)| candidate).sum()
    };
    let sums: Vec<i64> = (0..1 << candidates.len()).map(sum).collect();
    let error = sums.iter().map(|sum| (sum - weight).abs()).min().unwrap();
    let is_beyond = sums.iter().all(|sum| sum < weight) || sums.iter().all(|sum| sum > weight);
    (error, is_beyond)
}

#[test]
fn rows_are_those_of_subsets_listed_one_by_one() {
    for has_biases in [false, true] {
        let network = network(has_biases);
        let target = Target::new(&network, Norms::Rescaled).unwrap();
        let folder = run(&network);
        let (rows, layers) = (read::<Row>(&folder), read::<LayerRow>(&folder));
        assert_eq!((rows.len(), layers.len()), (3, 6));
        for (row, layers) in rows.iter().zip(layers.chunks(2)) {
            let random =
                RandomNetwork::new(&target.widths(), &[UNITS; 2], 7, row.replicate).unwrap();
            let (mut squares, mut largest) = (0.0, 0.0_f64);
            for (index, layer) in layers.iter().enumerate() {
                let instances = instances(&target, &random, index, row);
                let results: Vec<_> = instances.iter().map(closest).collect();
                let errors = results.iter().map(|&(error, _)| grid::to_f64(error));
                let square: f64 = errors.clone().map(|error| error * error).sum();
                let count = |is: &dyn Fn(usize) -> bool| {
                    (0..instances.len()).filter(|&at| is(at)).count() as u64
                };
                assert_eq!(layer.instances, instances.len() as u64);
                assert_eq!(layer.short, count(&|at| instances[at].0.len() < CANDIDATES));
                assert_eq!(layer.out_of_reach, count(&|at| results[at].1));
                assert_eq!(layer.largest_error, errors.clone().fold(0.0, f64::max));
                let rms = (square / instances.len() as f64).sqrt();
                assert!((layer.rms_error / rms - 1.0).abs() < 1e-12);
                assert_eq!(layer.factor, target.factors()[index]);
                squares += square;
                largest = largest.max(layer.largest_error);
            }
            assert_eq!(row.largest_error, largest);
            assert!(row.short > 0 && row.out_of_reach > 0);
            let rms = (squares / row.instances as f64).sqrt();
            assert!((row.rms_error / rms - 1.0).abs() < 1e-12);
            assert_eq!(u128::from(row.initial_parameters), random.parameters());
            check_images(&folder, &target, &random, row);
        }
    }
}

/// What was seen on the images, by the kept weights of the network that is constructed here.
fn check_images(folder: &TempDir, target: &Target, random: &RandomNetwork, row: &Row) {
    let construction = Construction {
        gadget: row.gadget,
        nonnegative_inputs: row.nonnegative_inputs,
        split: Split::PerWeight,
        selection: Selection::Closest,
        candidates: CANDIDATES,
    };
    let (pruned, _) = construct(random, target, construction, 1.0).unwrap();
    assert_eq!((row.kept_first + row.kept_second) as usize, pruned.size());
    let test = Mnist::from_directory(folder.path()).test().unwrap();
    let best = |outputs: &[f64]| {
        (0..10)
            .rev()
            .max_by(|&a, &b| outputs[a].total_cmp(&outputs[b]))
    };
    let (mut before, mut after, mut same, mut largest) = (0, 0, 0, 0.0_f64);
    for (image, &label) in test.labels.iter().enumerate() {
        let pixels: Vec<f64> = test
            .images
            .row(image)
            .iter()
            .map(|&pixel| pixel.into())
            .collect();
        let (f, g) = (target.forward(&pixels), pruned.forward(&pixels));
        before += u64::from(best(&f) == Some(label.into()));
        after += u64::from(best(&g) == Some(label.into()));
        same += u64::from(best(&f) == best(&g));
        let constant = if target.has_constant_input() {
            1.0
        } else {
            0.0
        };
        let length = (pixels.iter().map(|x| x * x).sum::<f64>() + constant).sqrt();
        let squares = f.iter().zip(&g).map(|(f, g)| (f - g).powi(2));
        largest = largest.max(squares.sum::<f64>().sqrt() / length);
    }
    assert_eq!(row.test_images, IMAGES as u64);
    assert_eq!(
        [row.correct_before, row.correct_after, row.same_label],
        [before, after, same]
    );
    assert!((row.largest_image_error / largest - 1.0).abs() < 1e-9);
    assert!(row.largest_image_error <= row.certified_nonnegative && row.violations == 0);
    assert!(row.found_nonnegative <= row.certified_nonnegative);
    match row.nonnegative_inputs {
        NonnegativeInputs::Everywhere => {
            assert_eq!((row.certified_ball, row.found_ball), (None, None))
        }
        _ => assert!(row.found_ball.unwrap() <= row.certified_ball.unwrap()),
    }
}
