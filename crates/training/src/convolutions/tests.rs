use super::*;

use subset_sum::sampling::{generator, uniform};

use crate::descent::zeros_like;

/// A matrix of draws uniform on [-1, 1].
fn random(rows: usize, columns: usize, key: &str) -> Matrix {
    let mut draws = generator(1, "convolutions", key, 0);
    let mut draw = || uniform(&mut draws, -1 << 20, 1 << 20) as f32 / (1 << 20) as f32;
    Matrix::new(rows, columns, (0..rows * columns).map(|_| draw()).collect())
}

fn exact(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&value| value.into()).collect()
}

/// A convolution by its definition: zeros beyond the edges of `images`, `[channels, side, side]`.
fn convolve(images: &[f64], side: usize, padding: usize, kernels: &[f64]) -> Vec<f64> {
    let channels = images.len() / (side * side);
    let pixel = |channel: usize, y: usize, x: usize| {
        let inside = |index: usize| (padding..padding + side).contains(&index);
        match inside(y) && inside(x) {
            true => images[(channel * side + y - padding) * side + x - padding],
            false => 0.0,
        }
    };
    let positions = side + 2 * padding - 4;
    let mut out = Vec::new();
    for kernels in kernels.chunks_exact(channels * 25) {
        for (y, x) in pairs(positions) {
            let taps = (0..channels).flat_map(|channel| pairs(5).map(move |tap| (channel, tap)));
            let terms = kernels
                .iter()
                .zip(taps)
                .map(|(kernel, (channel, (i, j)))| kernel * pixel(channel, y + i, x + j));
            out.push(terms.sum());
        }
    }
    out
}

/// ReLU and a max-pool by their definitions.
fn pool(channels: &[f64], side: usize) -> Vec<f64> {
    let window = |channel: &[f64], (y, x): (usize, usize)| {
        pairs(2)
            .map(|(i, j)| channel[(2 * y + i) * side + 2 * x + j])
            .fold(0.0, f64::max)
    };
    channels
        .chunks_exact(side * side)
        .flat_map(|channel| pairs(side / 2).map(move |place| window(channel, place)))
        .collect()
}

/// All places of a square, row after row.
fn pairs(side: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..side * side).map(move |index| (index / side, index % side))
}

/// The features of one image by their definition.
fn reference(weights: &[Vec<f64>; 2], image: &[f32]) -> Vec<f64> {
    let first = pool(&convolve(&exact(image), 28, 2, &weights[0]), 28);
    pool(&convolve(&first, 14, 0, &weights[1]), 10)
}

fn assert_close(found: &[f32], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (index, (&found, expected)) in found.iter().zip(expected).enumerate() {
        assert!(
            (f64::from(found) - expected).abs() < tolerance,
            "entry {index}: {found} is not {expected}"
        );
    }
}

#[test]
fn features_equal_the_definition() {
    let convolutions = Convolutions::draw(1, "features");
    let images = random(2, 784, "images");
    let features = convolutions.features(&images);
    let weights = convolutions
        .weights()
        .each_ref()
        .map(|weight| exact(weight.values()));
    for image in 0..2 {
        let expected = reference(&weights, images.row(image));
        assert_close(features.row(image), &expected, 1e-5);
        let alive = expected.iter().filter(|&&feature| feature > 0.1).count();
        assert!((100..400).contains(&alive), "{alive} of 400");
    }
}

#[test]
fn features_do_not_depend_on_the_batch_or_on_earlier_ones() {
    let convolutions = Convolutions::draw(1, "batches");
    let images = random(BATCH + 3, 784, "images");
    let features = convolutions.features(&images);
    assert_eq!((features.rows(), features.columns()), (BATCH + 3, 400));
    let mut pass = Pass::new(1);
    for image in [0, BATCH - 1, BATCH, BATCH + 2] {
        convolutions.forward(&images.gather([image].into_iter()), &mut pass);
        assert_close(features.row(image), &exact(pass.features().values()), 1e-5);
    }
    assert_eq!(convolutions.features(&Matrix::zeros(0, 784)).rows(), 0);
}

/// Gradients against central differences in f64, for the loss sum of c_i * feature_i.
///
/// The loss is linear in each weight between its kinks, so that a difference is off by rounding
/// alone: about 1e-15 / h = 1e-9 for the step h = 2^-20. Gradients are of magnitude 1, and `f32` is
/// off by about 1e-6. No window's two largest entries come within h of each other, or the test
/// would fail for good.
#[test]
fn gradients_equal_finite_differences() {
    let convolutions = Convolutions::draw(1, "gradients");
    let (images, direction) = (random(2, 784, "images"), random(2, 400, "direction"));
    let mut gradients = zeros_like(convolutions.weights());
    let mut pass = Pass::new(2);
    convolutions.forward(&images, &mut pass);
    convolutions.backward(&mut pass, &direction, &mut gradients);

    let mut probe = convolutions
        .weights()
        .each_ref()
        .map(|weight| exact(weight.values()));
    let step = (-20.0_f64).exp2();
    let loss = |weights: &[Vec<f64>; 2]| -> f64 {
        let features = (0..2).flat_map(|image| reference(weights, images.row(image)));
        let terms = features.zip(direction.values());
        terms.map(|(feature, &by)| feature * f64::from(by)).sum()
    };
    // Strides that meet every channel, row and column of the kernels.
    for (layer, stride) in [(0, 7), (1, 97)] {
        let (mut found, mut expected) = (Vec::new(), Vec::new());
        for index in (0..probe[layer].len()).step_by(stride) {
            let mut at = |shift: f64| {
                let kept = probe[layer][index];
                probe[layer][index] = kept + shift;
                let loss = loss(&probe);
                probe[layer][index] = kept;
                loss
            };
            expected.push((at(step) - at(-step)) / (2.0 * step));
            found.push(gradients[layer].values()[index]);
        }
        assert_close(&found, &expected, 1e-5);
        let size: f32 = found.iter().map(|gradient| gradient.abs()).sum();
        assert!(size > 0.1 * found.len() as f32, "{size}");
    }
}

#[test]
fn a_pass_can_be_used_again() {
    let convolutions = Convolutions::draw(1, "again");
    let run = |count: usize, key: &str, pass: &mut Pass| {
        let mut gradients = zeros_like(convolutions.weights());
        convolutions.forward(&random(count, 784, key), pass);
        let by_features = random(count, 400, "by features");
        convolutions.backward(pass, &by_features, &mut gradients);
        let once = gradients.clone();
        convolutions.backward(pass, &by_features, &mut gradients);
        assert_eq!(gradients, once);
        gradients
    };
    let mut used = Pass::new(3);
    run(3, "other images", &mut used);
    for count in [3, 2] {
        let fresh = run(count, "images", &mut Pass::new(count));
        assert_eq!(run(count, "images", &mut used), fresh);
    }
}

#[test]
fn draws_have_names_and_bounds() {
    let drawn = Convolutions::draw(1, "key");
    assert_eq!(drawn, Convolutions::draw(1, "key"));
    for other in [Convolutions::draw(2, "key"), Convolutions::draw(1, "other")] {
        assert_ne!(drawn.weights()[0], other.weights()[0]);
        assert_ne!(drawn.weights()[1], other.weights()[1]);
    }
    for (weight, fan_in) in drawn.weights().iter().zip([25.0_f32, 150.0]) {
        let bound = 1.0 / fan_in.sqrt();
        let largest = weight.values().iter().fold(0.0, |a: f32, b| a.max(b.abs()));
        assert!((0.9 * bound..=bound).contains(&largest), "{largest}");
    }
}

#[test]
#[should_panic(expected = "the shape of a convolution")]
fn weights_of_another_shape_are_refused() {
    Convolutions::new(Matrix::zeros(6, 25), Matrix::zeros(16, 25));
}

/// A safetensors file with a dense layer and two convolutions of these shapes, whose entries count
/// from 0.
fn file(conv1: [usize; 4], conv2: [usize; 4]) -> Vec<u8> {
    let tensors = [
        ("conv1.weight", &conv1[..]),
        ("conv2.weight", &conv2),
        ("fc1.bias", &[120]),
    ];
    let (mut entries, mut data) = (Vec::new(), Vec::new());
    for (name, shape) in tensors {
        let start = data.len();
        let count = shape.iter().product::<usize>();
        data.extend((0..count).flat_map(|index| (index as f32).to_le_bytes()));
        let end = data.len();
        entries.push(format!(
            r#""{name}":{{"dtype":"F32","shape":{shape:?},"data_offsets":[{start},{end}]}}"#
        ));
    }
    let header = format!("{{{}}}", entries.join(","));
    [
        &(header.len() as u64).to_le_bytes(),
        header.as_bytes(),
        &data,
    ]
    .concat()
}

#[test]
fn files_of_pytorch_are_read() {
    let read = Convolutions::from_safetensors(&file([6, 1, 5, 5], [16, 6, 5, 5])).unwrap();
    let counting = |rows: usize, columns: usize| {
        let values = (0..rows * columns).map(|index| index as f32);
        Matrix::new(rows, columns, values.collect())
    };
    assert_eq!(read, Convolutions::new(counting(6, 25), counting(16, 150)));
}

#[test]
fn files_of_other_networks_are_refused() {
    let refused = |bytes: &[u8], beginning: &str| {
        let error = Convolutions::from_safetensors(bytes)
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(beginning), "{error}");
    };
    refused(
        &file([6, 1, 3, 3], [16, 6, 5, 5]),
        "`conv1.weight` has the shape [6, 1, 3, 3], not [6, 1, 5, 5]: save",
    );
    refused(
        &file([6, 1, 5, 5], [16, 1, 5, 5]),
        "`conv2.weight` has the shape [16, 1, 5, 5], not [16, 6, 5, 5]: save",
    );
    let dense = networks::Dense {
        name: "conv1".into(),
        weight: Matrix::zeros(6, 25),
        bias: None,
    };
    let network = networks::Network::new(vec![dense]).unwrap();
    refused(
        &network.to_safetensors(),
        "`conv1.weight` has the shape [6, 25], not [6, 1, 5, 5]",
    );
    refused(b"", "not a complete safetensors file");
}
