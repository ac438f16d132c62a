//! Files of other formats, told by their first bytes, and what converts them.

/// A format that is not read, and the line of Python that makes a safetensors file of it.
pub(super) struct Foreign {
    pub name: &'static str,
    pub cure: &'static str,
}

const PYTORCH: Foreign = Foreign {
    name: "a file of torch.save",
    cure: "import torch; from safetensors.torch import save_file; \
           save_file({name: tensor.contiguous() for name, tensor in \
           torch.load(\"model.pt\", map_location=\"cpu\").items()}, \"model.safetensors\")",
};

const NUMPY: Foreign = Foreign {
    name: "numpy's .npz",
    cure: "import numpy; from safetensors.numpy import save_file; \
           save_file(dict(numpy.load(\"model.npz\")), \"model.safetensors\")",
};

const KERAS: Foreign = Foreign {
    name: "a file of Keras",
    cure: "import keras; from safetensors.numpy import save_file; \
           save_file({f\"fc{i}.{name}\": array.T.copy() for i, layer in enumerate([layer for layer in \
           keras.models.load_model(\"model.keras\").layers if layer.get_weights()], 1) \
           for name, array in zip([\"weight\", \"bias\"], layer.get_weights())}, \"model.safetensors\")",
};

const ONNX: Foreign = Foreign {
    name: "ONNX",
    cure: "import onnx; from safetensors.numpy import save_file; \
           save_file({tensor.name: onnx.numpy_helper.to_array(tensor).copy() for tensor in \
           onnx.load(\"model.onnx\").graph.initializer}, \"model.safetensors\")",
};

const GZIP: Foreign = Foreign {
    name: "a gzipped file",
    cure: "import gzip; open(\"model.safetensors\", \"wb\").write(gzip.open(\"model.gz\").read())",
};

/// The format of bytes that are no safetensors file.
pub(super) fn recognise(bytes: &[u8]) -> Option<Foreign> {
    // The JSON of a safetensors header: a damaged one.
    if bytes.get(8) == Some(&b'{') {
        return None;
    }
    match bytes {
        [b'P', b'K', 3, 4, ..] if first_entry(bytes).ends_with(b".npy") => Some(NUMPY),
        [b'P', b'K', 3, 4, ..] if first_entry(bytes).ends_with(b".json") => Some(KERAS),
        [b'P', b'K', 3, 4, ..] | [0x80, 2..=5, ..] => Some(PYTORCH),
        [0x93, b'N', b'U', b'M', b'P', b'Y', ..] => Some(NUMPY),
        [0x89, b'H', b'D', b'F', ..] => Some(KERAS),
        [0x1f, 0x8b, ..] => Some(GZIP),
        _ if is_onnx(bytes) => Some(ONNX),
        _ => None,
    }
}

/// The name of a zip archive's first file.
fn first_entry(bytes: &[u8]) -> &[u8] {
    let length = bytes.get(26..28).map_or(0, |length| {
        usize::from(u16::from_le_bytes([length[0], length[1]]))
    });
    bytes.get(30..30 + length).unwrap_or_default()
}

/// A protobuf message that begins with ONNX's version (field 1, a small number) and goes on with
/// another of its fields.
fn is_onnx(bytes: &[u8]) -> bool {
    const FIELDS: [u8; 7] = [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42];
    matches!(bytes, [0x08, 1..=30, field, ..] if FIELDS.contains(field))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zip(entry: &str) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.resize(26, 0);
        bytes.extend((entry.len() as u16).to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(entry.bytes());
        bytes
    }

    #[test]
    fn formats_are_told_by_their_first_bytes() {
        let name = |bytes: &[u8]| recognise(bytes).map(|found| found.name);
        assert_eq!(name(&zip("model/data.pkl")), Some(PYTORCH.name));
        assert_eq!(name(&zip("fc1.weight.npy")), Some(NUMPY.name));
        assert_eq!(name(b"PK\x03\x04"), Some(PYTORCH.name));
        assert_eq!(name(b"\x80\x02\x8a\nl\xfc\x9c"), Some(PYTORCH.name));
        assert_eq!(name(b"\x93NUMPY\x01\x00"), Some(NUMPY.name));
        assert_eq!(name(b"\x89HDF\r\n\x1a\n"), Some(KERAS.name));
        assert_eq!(name(&zip("metadata.json")), Some(KERAS.name));
        assert_eq!(name(b"\x08\x08\x12\x07pytorch"), Some(ONNX.name));
        assert_eq!(name(b"\x1f\x8b\x08"), Some(GZIP.name));
        assert_eq!(name(b"fc1.weight = 0.5"), None);
        assert_eq!(name(b""), None);
        // A safetensors file with a header of 0x128008 bytes that was cut.
        assert_eq!(name(b"\x08\x08\x12\x00\x00\x00\x00\x00{\"fc1"), None);
    }
}
