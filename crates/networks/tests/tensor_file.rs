//! Networks as files: the way there and back, and every way in which a file can be wrong.

use networks::{Dense, Matrix, Network, ReadNetwork, TensorFileError, read_tensor};
use proptest::prelude::*;

/// A safetensors file put together by hand: a JSON header and the bytes behind it.
fn file(header: &str, data: &[u8]) -> Vec<u8> {
    let length = (header.len() as u64).to_le_bytes();
    [&length, header.as_bytes(), data].concat()
}

/// A file of F32 zeros with the given names and shapes.
fn zeros(tensors: &[(&str, &[usize])]) -> Vec<u8> {
    let mut entries = Vec::new();
    let mut end = 0;
    for (name, shape) in tensors {
        let start = end;
        end += 4 * shape.iter().product::<usize>();
        entries.push(format!(
            r#""{name}":{{"dtype":"F32","shape":{shape:?},"data_offsets":[{start},{end}]}}"#
        ));
    }
    file(&format!("{{{}}}", entries.join(",")), &vec![0; end])
}

fn network() -> Network {
    let layer = |name: &str, rows, columns, bias| Dense {
        name: name.into(),
        weight: Matrix::new(
            rows,
            columns,
            (0..rows * columns).map(|i| i as f32 / 7.0).collect(),
        ),
        bias,
    };
    Network::new(vec![
        layer("fc1", 3, 2, None),
        layer("fc2", 2, 3, Some(vec![0.5, -1e-30])),
        layer("fc10", 4, 2, None),
    ])
    .unwrap()
}

fn error(bytes: &[u8]) -> TensorFileError {
    Network::from_safetensors(bytes).unwrap_err()
}

/// The error for these bytes must begin like this and stay on one line.
#[track_caller]
fn refused(bytes: &[u8], beginning: &str) {
    let text = error(bytes).to_string();
    assert!(text.starts_with(beginning), "{text}");
    assert!(!text.contains('\n'), "{text}");
}

#[test]
fn what_is_written_is_read_again() {
    let bytes = network().to_safetensors();
    assert_eq!(Network::from_safetensors(&bytes).unwrap(), network());
    assert_eq!(bytes, network().to_safetensors());
}

#[test]
fn bytes_may_lie_at_any_address() {
    let bytes = network().to_safetensors();
    for offset in 1..4 {
        let shifted = [vec![0; offset], bytes.clone()].concat();
        assert_eq!(
            Network::from_safetensors(&shifted[offset..]).unwrap(),
            network()
        );
    }
}

#[test]
fn the_layout_is_the_documented_one() {
    let header = r#"{"0.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}"#;
    let data = [1.5_f32.to_le_bytes(), (-2.0_f32).to_le_bytes()].concat();
    let network = Network::from_safetensors(&file(header, &data)).unwrap();
    assert_eq!(network.layers()[0].name, "0");
    assert_eq!(
        network.layers()[0].weight,
        Matrix::new(1, 2, vec![1.5, -2.0])
    );
}

#[test]
fn layers_follow_the_numbers_in_their_names() {
    let bytes = zeros(&[
        ("10.weight", &[5, 4]),
        ("0.weight", &[3, 2]),
        ("2.weight", &[4, 3]),
    ]);
    let network = Network::from_safetensors(&bytes).unwrap();
    let names: Vec<&str> = network
        .layers()
        .iter()
        .map(|layer| layer.name.as_str())
        .collect();
    assert_eq!(names, ["0", "2", "10"]);
}

/// The names of the layers and what was changed.
fn read(bytes: &[u8], layers: Option<&[&str]>) -> (Vec<String>, Vec<String>) {
    let layers: Option<Vec<String>> =
        layers.map(|names| names.iter().map(|name| name.to_string()).collect());
    let read = ReadNetwork::from_safetensors(bytes, layers.as_deref()).unwrap();
    let names = read.network.layers().iter();
    (
        names.map(|layer| layer.name.clone()).collect(),
        read.changes,
    )
}

#[test]
fn layers_without_numbers_follow_their_shapes_and_are_numbered() {
    let bytes = zeros(&[
        ("end.weight", &[5, 4]),
        ("start.weight", &[3, 2]),
        ("mid.weight", &[4, 3]),
    ]);
    let (names, changes) = read(&bytes, None);
    assert_eq!(names, ["1.start", "2.mid", "3.end"]);
    assert!(changes[0].contains("numbered"), "{changes:?}");
    let network = Network::from_safetensors(&bytes).unwrap();
    let again = ReadNetwork::from_safetensors(&network.to_safetensors(), None).unwrap();
    assert_eq!((again.network, again.changes), (network, vec![]));
}

/// Sorted by name they would fit as well, and be another network.
#[test]
fn an_order_that_nothing_tells_is_asked_for() {
    let bytes = zeros(&[
        ("layer_three.weight", &[2, 2]),
        ("layer_two.weight", &[2, 2]),
        ("output.weight", &[4, 2]),
    ]);
    refused(
        &bytes,
        "the layers layer_three 2x2, layer_two 2x2, output 4x2 (outputs x inputs) fit in more",
    );
    let (names, _) = read(&bytes, Some(&["layer_two", "layer_three", "output"]));
    assert_eq!(names, ["1.layer_two", "2.layer_three", "3.output"]);
    let sorted = Some(&["layer_three", "layer_two", "output"][..]);
    let (names, changes) = read(&bytes, sorted);
    assert_eq!(names, ["layer_three", "layer_two", "output"]);
    assert!(changes.is_empty());
}

/// A network of one layer with weights of another type.
fn typed(dtype: &str, values: &[u8]) -> Vec<u8> {
    let end = values.len();
    let tensor = format!(r#"{{"dtype":"{dtype}","shape":[1,2],"data_offsets":[0,{end}]}}"#);
    file(&format!(r#"{{"a.weight":{tensor}}}"#), values)
}

#[test]
fn floats_of_other_widths_become_32_bit_floats() {
    let doubles = [0.1_f64, -2.0].map(f64::to_le_bytes).concat();
    for (dtype, bytes, expected, change) in [
        ("F16", vec![0x00, 0x3e, 0x00, 0xc0], [1.5, -2.0], "widened"),
        ("BF16", vec![0xc0, 0x3f, 0x00, 0xc0], [1.5, -2.0], "widened"),
        ("F64", doubles, [0.1, -2.0], "rounded"),
    ] {
        let read = ReadNetwork::from_safetensors(&typed(dtype, &bytes), None).unwrap();
        assert_eq!(read.network.layers()[0].weight.values(), expected);
        let note = format!("{dtype} {change} to 32-bit floats: a.weight");
        assert_eq!(read.changes, [note]);
    }
    let large = [0.0, -1e39].map(f64::to_le_bytes).concat();
    refused(
        &typed("F64", &large),
        "`a.weight` holds -1e39, beyond the range",
    );
    let nan = [0.0, f64::NAN].map(f64::to_le_bytes).concat();
    refused(&typed("F64", &nan), "`a.weight` holds NaN at index 1");
    let half = [0x00, 0x00, 0x00, 0x7c];
    refused(&typed("F16", &half), "`a.weight` holds inf at index 1");
}

/// A file with F32 tensors of two numbers each.
fn pairs(tensors: &[(&str, &str, [f32; 2])]) -> Vec<u8> {
    let entry = |(place, (name, shape, _)): (usize, &(&str, &str, [f32; 2]))| {
        let (start, end) = (8 * place, 8 * place + 8);
        format!(r#""{name}":{{"dtype":"F32","shape":{shape},"data_offsets":[{start},{end}]}}"#)
    };
    let entries: Vec<String> = tensors.iter().enumerate().map(entry).collect();
    let numbers = tensors.iter().flat_map(|(_, _, numbers)| numbers);
    let data: Vec<u8> = numbers.flat_map(|number| number.to_le_bytes()).collect();
    file(&format!("{{{}}}", entries.join(",")), &data)
}

#[test]
fn masks_of_pruning_are_applied() {
    let bytes = pairs(&[
        ("a.weight_orig", "[2, 1]", [1.5, -2.0]),
        ("a.weight_mask", "[2, 1]", [0.0, 1.0]),
        ("a.bias_orig", "[2]", [3.0, 4.0]),
        ("a.bias_mask", "[2]", [1.0, 0.0]),
    ]);
    let read = ReadNetwork::from_safetensors(&bytes, None).unwrap();
    let layer = &read.network.layers()[0];
    assert_eq!(layer.weight.values(), [0.0, -2.0]);
    assert_eq!(layer.bias, Some(vec![3.0, 0.0]));
    let note = "masks of PyTorch's pruning applied: a.weight (1 of 2 kept), a.bias (1 of 2 kept)";
    assert_eq!(read.changes, [note]);

    let weight = |name, numbers| (name, "[1, 2]", numbers);
    let original = weight("a.weight_orig", [1.5, -2.0]);
    let soft = pairs(&[original, weight("a.weight_mask", [0.5, 1.0])]);
    refused(&soft, "`a.weight_mask` holds 0.5, but a mask holds 0 and 1");
    let other = pairs(&[original, ("a.weight_mask", "[2, 1]", [0.0, 1.0])]);
    refused(&other, "`a.weight_mask` has the shape [2, 1], not [1, 2]");
    refused(&pairs(&[original]), "the file holds a.weight_orig, but");
    let both = [original, weight("a.weight", [1.0, 1.0])];
    refused(
        &pairs(&both),
        "the file holds a.weight and a.weight_orig, but a pruned parameter",
    );
}

#[test]
fn prefixes_of_wrappers_are_dropped() {
    let prefixed = |first: &str, second: &str| {
        zeros(&[
            (&format!("{first}0.weight"), &[3, 2]),
            (&format!("{second}2.weight"), &[4, 3]),
        ])
    };
    for prefix in ["module.", "_orig_mod.", "module._orig_mod.module."] {
        let (names, changes) = read(&prefixed(prefix, prefix), None);
        assert_eq!(names, ["0", "2"]);
        assert_eq!(
            changes,
            [format!("the prefix {prefix} of all tensors dropped")]
        );
    }
    assert_eq!(
        read(&zeros(&[("module.weight", &[1, 1])]), None).0,
        ["module"]
    );
    let (names, changes) = read(&prefixed("module.", "x."), None);
    assert_eq!(names, ["module.0", "x.2"]);
    assert!(changes.is_empty());
}

#[test]
fn metadata_is_no_tensor() {
    let metadata = r#""__metadata__":{"format":"pt"}"#;
    let tensor = r#""a.weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}"#;
    let header = format!("{{{metadata},{tensor}}}");
    assert!(Network::from_safetensors(&file(&header, &[0; 4])).is_ok());
    let empty = file(&format!("{{{metadata}}}"), &[]);
    assert!(matches!(error(&empty), TensorFileError::NoTensors));
}

#[test]
fn other_files_and_cut_files_are_refused() {
    let bytes = network().to_safetensors();
    for length in 0..bytes.len() {
        assert!(matches!(
            error(&bytes[..length]),
            TensorFileError::Format(_)
        ));
    }
    refused(
        &[bytes, vec![0]].concat(),
        "not a complete safetensors file (",
    );
    refused(
        b"PK\x03\x04 a zip archive, as torch.save writes",
        "a file of torch.save, not a safetensors file; Python converts it: import torch;",
    );
    refused(&zeros(&[]), "the file holds no tensors");
}

#[test]
fn tensors_that_are_no_layers_are_refused() {
    let integer = r#"{"a.weight":{"dtype":"I64","shape":[1,1],"data_offsets":[0,8]}}"#;
    refused(
        &file(integer, &[0; 8]),
        "`a.weight` is stored as I64, not as floats of 16, 32 or 64 bits",
    );
    refused(
        &zeros(&[("scale", &[1])]),
        "`scale` ends in neither .weight nor .bias",
    );
    refused(
        &zeros(&[("conv1.weight", &[6, 1, 5, 5])]),
        "`conv1.weight` has the shape [6, 1, 5, 5], not [outputs, inputs]",
    );
    refused(
        &zeros(&[("a.weight", &[2, 1]), ("a.bias", &[2, 1])]),
        "`a.bias` has the shape [2, 1], not [outputs]",
    );
    refused(
        &zeros(&[("a.weight", &[1, 1]), ("b.bias", &[1])]),
        "`b.bias` comes without `b.weight`",
    );
}

#[test]
fn a_single_tensor_is_read_whatever_lies_beside_it() {
    let header = r#"{"a":{"dtype":"F32","shape":[1,2,1],"data_offsets":[0,8]},
        "b":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}}"#;
    let read = |values: [f32; 4], tensor, shape: &[usize]| {
        let data = values.map(f32::to_le_bytes).concat();
        read_tensor(&file(header, &data), tensor, shape).map_err(|error| error.to_string())
    };
    let (finite, infinite) = ([1.5, -2.0, 0.0, 0.0], [1.5, f32::NAN, 0.0, 0.0]);
    assert_eq!(read(finite, "a", &[1, 2, 1]), Ok(vec![1.5, -2.0]));
    let refused = |values, tensor, shape: &[usize], beginning: &str| {
        let error = read(values, tensor, shape).unwrap_err();
        assert!(error.starts_with(beginning), "{error}");
    };
    refused(finite, "c", &[1], "the file holds no `c`: save");
    refused(
        finite,
        "a",
        &[2],
        "`a` has the shape [1, 2, 1], not [2]: save",
    );
    refused(finite, "b", &[1], "`b` is stored as F64, not as F32");
    refused(infinite, "a", &[1, 2, 1], "`a` holds NaN at index 1");
    assert!(matches!(
        read_tensor(b"", "a", &[1]),
        Err(TensorFileError::Format(_))
    ));
}

#[test]
fn tensors_that_make_no_network_are_refused() {
    refused(
        &zeros(&[("fc1.weight", &[5, 3]), ("fc2.weight", &[2, 4])]),
        "the layers in the order fc1 5x3, fc2 2x4 (outputs x inputs) do not fit: `fc2` has 4",
    );
    refused(
        &zeros(&[("a.weight", &[2, 1]), ("a.bias", &[3])]),
        "`a.bias` has 3 numbers for 2 outputs",
    );
    let header = r#"{"a.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}"#;
    let data = [0.0_f32.to_le_bytes(), f32::INFINITY.to_le_bytes()].concat();
    refused(&file(header, &data), "`a.weight` holds inf at index 1");
}

#[test]
fn names_do_not_break_the_line_of_an_error() {
    let named = |name: &str, shape: &[usize], beginning: &str| {
        refused(&zeros(&[(name, shape)]), beginning);
    };
    named("a\\nb", &[1], "`a\\nb` ends in neither");
    named("a\\nb.weight", &[1], "`a\\nb.weight` has the shape [1]");
    named("a\\nb.bias", &[1], "`a\\nb.bias` comes without");
    named(
        "a\\nb.weight",
        &[1, 1],
        "the layer name \"a\\nb\" has a control",
    );
    named(
        "\\u001b[2J.weight",
        &[1, 1],
        "the layer name \"\\u{1b}[2J\" has",
    );
    let dtype = r#"{"a.weight":{"dtype":"F\n32","shape":[1,1],"data_offsets":[0,4]}}"#;
    refused(&file(dtype, &[0; 4]), "not a complete safetensors file (");
    let offset = r#"{"a\nb":{"dtype":"F32","shape":[1,1],"data_offsets":[4,8]}}"#;
    refused(&file(offset, &[0; 8]), "not a complete safetensors file (");
}

#[test]
fn headers_with_absurd_shapes_are_refused_without_allocating() {
    let tensor = |shape: &str, end: u64| {
        let header =
            format!(r#"{{"a.weight":{{"dtype":"F32","shape":{shape},"data_offsets":[0,{end}]}}}}"#);
        file(&header, &[0; 4])
    };
    let format = "not a complete safetensors file (";
    refused(&tensor("[4294967296, 4294967296]", 4), format);
    refused(
        &tensor("[18446744073709551615, 18446744073709551615]", 4),
        format,
    );
    refused(&tensor("[1073741824, 1073741824]", 1 << 62), format);
    refused(&tensor("[-1, 1]", 4), format);
    let huge_header = [u64::MAX.to_le_bytes().as_slice(), b"{}"].concat();
    refused(&huge_header, format);
    let empty =
        r#"{"a.weight":{"dtype":"F32","shape":[18446744073709551615,0],"data_offsets":[0,0]}}"#;
    refused(
        &file(empty, &[]),
        "layer `a` has the empty shape [18446744073709551615, 0]",
    );
}

proptest! {
    #[test]
    fn damaged_files_are_refused_or_still_networks(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = network().to_safetensors();
        for (place, value) in damage {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        if let Ok(read) = Network::from_safetensors(&bytes) {
            let again = Network::from_safetensors(&read.to_safetensors());
            prop_assert_eq!(again.unwrap(), read);
        }
    }
}
