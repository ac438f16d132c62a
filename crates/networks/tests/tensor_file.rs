//! Networks as files: the way there and back, and every way in which a file can be wrong.

use networks::{Dense, Matrix, Network, TensorFileError, read_tensor};
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
        "not a complete safetensors file (",
    );
    refused(&zeros(&[]), "the file holds no tensors");
}

#[test]
fn tensors_that_are_no_layers_are_refused() {
    let double = r#"{"a.weight":{"dtype":"F64","shape":[1,1],"data_offsets":[0,8]}}"#;
    refused(
        &file(double, &[0; 8]),
        "`a.weight` is stored as F64, not as F32",
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
        "`fc1` is [5, 3] and `fc2` is [2, 4]",
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
