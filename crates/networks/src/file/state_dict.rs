//! From tensors to layers: prefixes of wrappers dropped, PyTorch's pruning masks applied, numbers
//! as 32-bit floats. Whatever is changed is noted.

use std::collections::BTreeMap;

use safetensors::tensor::{Dtype, TensorView};

use super::TensorFileError;
use super::numbers::{read_floats, read_mask, to_matrix, wrong_shape};
use crate::Dense;
use crate::names::one_line;

/// What `DataParallel` and `torch.compile` put before every name.
const WRAPPERS: [&str; 2] = ["module.", "_orig_mod."];

/// The most tensors that a note names.
const MAX_NAMED: usize = 6;

/// The tensors of a file by their names.
type Tensors<'a> = BTreeMap<&'a str, TensorView<'a>>;

/// The tensors of one layer.
#[derive(Default)]
struct Parts<'a> {
    weight: Parameter<'a>,
    bias: Parameter<'a>,
}

/// A parameter, or what PyTorch's pruning keeps in its place.
#[derive(Default)]
struct Parameter<'a> {
    plain: Option<Tensor<'a>>,
    unmasked: Option<Tensor<'a>>,
    mask: Option<Tensor<'a>>,
}

/// A tensor and its name in the file.
type Tensor<'a> = (&'a str, TensorView<'a>);

/// The layers of a file in no order, and what was changed on the way to them.
pub(super) struct StateDict {
    pub layers: Vec<Dense>,
    pub changes: Vec<String>,
}

impl StateDict {
    pub fn new(mut tensors: Tensors) -> Result<StateDict, TensorFileError> {
        let mut changes: Vec<String> = changed_types(&tensors).collect();
        changes.extend(drop_wrappers(&mut tensors));
        let mut parts: BTreeMap<&str, Parts> = BTreeMap::new();
        for tensor in tensors {
            place(&mut parts, tensor)?;
        }
        let mut masked = Vec::new();
        let layer = |(name, parts)| to_layer(name, parts, &mut masked);
        let layers = parts.into_iter().map(layer).collect::<Result<_, _>>()?;
        if !masked.is_empty() {
            changes.push(format!(
                "masks of PyTorch's pruning applied: {}",
                list(&masked)
            ));
        }
        Ok(StateDict { layers, changes })
    }
}

/// A note for each type of numbers that are no 32-bit floats.
fn changed_types(tensors: &Tensors) -> impl Iterator<Item = String> {
    let types = [
        (Dtype::F16, "widened"),
        (Dtype::BF16, "widened"),
        (Dtype::F64, "rounded"),
    ];
    types.into_iter().filter_map(|(dtype, change)| {
        let has_type = |(_, view): &(&&str, &TensorView)| view.dtype() == dtype;
        let named = tensors.iter().filter(has_type);
        let names: Vec<String> = named.map(|(name, _)| one_line(name)).collect();
        let note = || format!("{dtype} {change} to 32-bit floats: {}", list(&names));
        (!names.is_empty()).then(note)
    })
}

/// Drops prefixes that all tensors have, and notes them.
fn drop_wrappers(tensors: &mut Tensors) -> Option<String> {
    let mut dropped = String::new();
    let shared = |tensors: &Tensors| {
        let has = |prefix: &str| tensors.keys().all(|name| is_wrapped(name, prefix));
        WRAPPERS.into_iter().find(|prefix| has(prefix))
    };
    while let Some(prefix) = shared(tensors) {
        let whole = std::mem::take(tensors).into_iter();
        *tensors = whole
            .map(|(name, view)| (&name[prefix.len()..], view))
            .collect();
        dropped += prefix;
    }
    (!dropped.is_empty()).then(|| format!("the prefix {dropped} of all tensors dropped"))
}

/// Whether a name goes on behind a prefix; a layer may have a wrapper's name, as in `module.weight`.
fn is_wrapped(name: &str, prefix: &str) -> bool {
    let rest = name.strip_prefix(prefix);
    rest.is_some_and(|rest| rest.contains('.'))
}

/// Puts a tensor where its name says that it belongs.
fn place<'a>(
    parts: &mut BTreeMap<&'a str, Parts<'a>>,
    tensor: Tensor<'a>,
) -> Result<(), TensorFileError> {
    let unknown = || TensorFileError::Name {
        tensor: tensor.0.to_owned(),
    };
    let (layer, kind) = tensor.0.rsplit_once('.').ok_or_else(unknown)?;
    let layer = parts.entry(layer).or_default();
    let slot = match kind {
        "weight" => &mut layer.weight.plain,
        "weight_orig" => &mut layer.weight.unmasked,
        "weight_mask" => &mut layer.weight.mask,
        "bias" => &mut layer.bias.plain,
        "bias_orig" => &mut layer.bias.unmasked,
        "bias_mask" => &mut layer.bias.mask,
        _ => return Err(unknown()),
    };
    *slot = Some(tensor);
    Ok(())
}

fn to_layer<'a>(
    name: &'a str,
    parts: Parts<'a>,
    masked: &mut Vec<String>,
) -> Result<Dense, TensorFileError> {
    let mut read = |parameter: Parameter<'a>| {
        let is_masked = parameter.unmasked.is_some();
        let read = parameter.read()?;
        if let (Some(((tensor, _), values)), true) = (&read, is_masked) {
            masked.push(kept(tensor, values));
        }
        Ok::<_, TensorFileError>(read)
    };
    let weight = read(parts.weight)?;
    let Some(((tensor, view), values)) = weight else {
        return Err(TensorFileError::BiasWithoutWeight {
            layer: name.to_owned(),
        });
    };
    let weight = to_matrix(tensor, &view, values)?;
    let bias = match read(parts.bias)? {
        None => None,
        Some(((tensor, view), _)) if view.shape().len() != 1 => {
            return Err(wrong_shape(tensor, &view, "[outputs] of a dense layer"));
        }
        Some((_, values)) => Some(values),
    };
    Ok(Dense {
        name: name.to_owned(),
        weight,
        bias,
    })
}

/// How many numbers of a tensor a mask has left.
fn kept(tensor: &str, values: &[f32]) -> String {
    let kept = values.iter().filter(|&&value| value != 0.0).count();
    let name = one_line(tensor.trim_end_matches("_orig"));
    format!("{name} ({kept} of {} kept)", values.len())
}

impl<'a> Parameter<'a> {
    /// The tensor that names it and its numbers, if the file has it.
    fn read(self) -> Result<Option<(Tensor<'a>, Vec<f32>)>, TensorFileError> {
        match (self.plain, self.unmasked, self.mask) {
            (None, None, None) => Ok(None),
            (Some((tensor, view)), None, None) => {
                let values = read_floats(tensor, &view)?;
                Ok(Some(((tensor, view), values)))
            }
            (None, Some((tensor, view)), Some(mask)) => {
                let values = apply(&(tensor, view.clone()), &mask)?;
                Ok(Some(((tensor, view), values)))
            }
            (plain, unmasked, mask) => {
                let found = [plain, unmasked, mask].into_iter().flatten();
                let found: Vec<String> = found.map(|(name, _)| one_line(name)).collect();
                Err(TensorFileError::Pruned {
                    found: found.join(" and "),
                })
            }
        }
    }
}

/// A masked tensor: its numbers where the mask is 1, and 0 elsewhere.
fn apply(unmasked: &Tensor, mask: &Tensor) -> Result<Vec<f32>, TensorFileError> {
    let shape = unmasked.1.shape();
    if mask.1.shape() != shape {
        return Err(wrong_shape(mask.0, &mask.1, &format!("{shape:?}")));
    }
    let values = read_floats(unmasked.0, &unmasked.1)?;
    let mask = read_mask(mask.0, &mask.1)?;
    let pairs = values.iter().zip(mask);
    Ok(pairs.map(|(value, mask)| value * mask).collect())
}

/// The first names of some, in a line.
fn list(names: &[String]) -> String {
    let named = names[..names.len().min(MAX_NAMED)].join(", ");
    match names.len().saturating_sub(MAX_NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}
