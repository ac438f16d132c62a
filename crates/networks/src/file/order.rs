//! The order of a file's layers, which the format does not keep.
//!
//! Numbers in names tell the order, or else the shapes do, if they allow exactly one. Everything
//! else is an error: layers in a wrong order may well fit each other.

use std::fmt::Write;

use super::TensorFileError;
use crate::names::{first_number, natural_order, one_line, pattern};

/// A layer's name and its shape, `[outputs, inputs]`.
pub(super) type Named<'a> = (&'a str, [usize; 2]);

/// Steps of the search for an order after which it counts as not unique.
const MAX_STEPS: usize = 100_000;

/// The most layers that an error names.
const MAX_NAMED: usize = 20;

/// The places of the layers from input to output, as somebody `chose` it or as the file tells it.
pub(super) fn order(
    layers: &[Named],
    chosen: Option<&[String]>,
) -> Result<Vec<usize>, TensorFileError> {
    let order = match chosen {
        Some(names) => as_chosen(layers, names)?,
        None if layers.len() < 2 => (0..layers.len()).collect(),
        None if are_numbered(layers) => by_name(layers),
        None => return by_shape(layers),
    };
    match order
        .windows(2)
        .find(|pair| !fits(layers, pair[0], pair[1]))
    {
        None => Ok(order),
        Some(pair) => Err(TensorFileError::Chain {
            order: list(layers, &order),
            before: layers[pair[0]].0.to_owned(),
            outputs: layers[pair[0]].1[0],
            layer: layers[pair[1]].0.to_owned(),
            inputs: layers[pair[1]].1[1],
        }),
    }
}

/// Layers in a line: names, and outputs x inputs.
fn list(layers: &[Named], order: &[usize]) -> String {
    let named = order.iter().take(MAX_NAMED).map(|&place| layers[place]);
    let mut text = named
        .map(|(name, [outputs, inputs])| format!("{} {outputs}x{inputs}", one_line(name)))
        .collect::<Vec<String>>()
        .join(", ");
    if order.len() > MAX_NAMED {
        let _ = write!(text, " and {} more", order.len() - MAX_NAMED);
    }
    text
}

fn as_chosen(layers: &[Named], names: &[String]) -> Result<Vec<usize>, TensorFileError> {
    let place = |name: &String| layers.iter().position(|(layer, _)| layer == name);
    let order: Option<Vec<usize>> = names.iter().map(place).collect();
    let is_permutation = |order: &Vec<usize>| {
        let mut sorted = order.clone();
        sorted.sort_unstable();
        sorted.into_iter().eq(0..layers.len())
    };
    order
        .filter(is_permutation)
        .ok_or_else(|| TensorFileError::Layers {
            found: one_line(names.join(",")),
            layers: list(layers, &by_name(layers)),
        })
}

/// Whether names are equal but for their numbers, or up to the first one, which differs.
fn are_numbered(layers: &[Named]) -> bool {
    let names = || layers.iter().map(|&(name, _)| name);
    let all_equal = |patterns: Vec<String>| patterns.windows(2).all(|pair| pair[0] == pair[1]);
    if all_equal(names().map(pattern).collect()) {
        return true;
    }
    let Some(mut first) = names().map(first_number).collect::<Option<Vec<_>>>() else {
        return false;
    };
    let before = first[0].0;
    let is_shared = first.iter().all(|(text, _)| *text == before);
    first.sort_unstable();
    is_shared && first.windows(2).all(|pair| pair[0] != pair[1])
}

fn by_name(layers: &[Named]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..layers.len()).collect();
    order.sort_by(|&left, &right| natural_order(layers[left].0, layers[right].0));
    order
}

fn by_shape(layers: &[Named]) -> Result<Vec<usize>, TensorFileError> {
    let mut search = Search {
        layers,
        order: Vec::new(),
        is_placed: vec![false; layers.len()],
        found: Vec::new(),
        steps: 0,
    };
    let is_whole = search.extend();
    let layers = list(layers, &by_name(layers));
    match search.found.pop() {
        Some(order) if is_whole && search.found.is_empty() => Ok(order),
        None if is_whole => Err(TensorFileError::NoOrder { layers }),
        _ => Err(TensorFileError::ManyOrders { layers }),
    }
}

fn fits(layers: &[Named], before: usize, layer: usize) -> bool {
    layers[before].1[0] == layers[layer].1[1]
}

/// A search for all orders in which layers fit each other.
struct Search<'a> {
    layers: &'a [Named<'a>],
    order: Vec<usize>,
    is_placed: Vec<bool>,
    found: Vec<Vec<usize>>,
    steps: usize,
}

impl Search<'_> {
    /// Adds layers behind those in place, and tells whether the search may go on: it ends with the
    /// second order and when it takes too long.
    fn extend(&mut self) -> bool {
        if self.order.len() == self.layers.len() {
            self.found.push(self.order.clone());
        }
        (0..self.layers.len()).all(|layer| self.try_next(layer)) && self.found.len() < 2
    }

    fn try_next(&mut self, layer: usize) -> bool {
        self.steps += 1;
        let fits = |&before: &usize| fits(self.layers, before, layer);
        if self.is_placed[layer] || !self.order.last().is_none_or(fits) {
            return self.steps < MAX_STEPS;
        }
        self.is_placed[layer] = true;
        self.order.push(layer);
        let goes_on = self.extend();
        self.order.pop();
        self.is_placed[layer] = false;
        goes_on
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names in the order that is found, or the error.
    fn ordered(layers: &[Named], chosen: Option<&str>) -> Result<String, String> {
        let chosen: Option<Vec<String>> =
            chosen.map(|names| names.split(',').map(str::to_owned).collect());
        let order = order(layers, chosen.as_deref()).map_err(|error| error.to_string())?;
        let names: Vec<&str> = order.into_iter().map(|place| layers[place].0).collect();
        Ok(names.join(","))
    }

    #[test]
    fn numbers_tell_the_order() {
        let square = |names: [&'static str; 3]| names.map(|name| (name, [2, 2]));
        for (layers, expected) in [
            (square(["fc10", "fc2", "fc1"]), "fc1,fc2,fc10"),
            (square(["4", "0", "2"]), "0,2,4"),
            (
                square(["net.1.fc1", "net.0.fc2", "net.0.fc1"]),
                "net.0.fc1,net.0.fc2,net.1.fc1",
            ),
            (square(["2.b", "1.c", "3.a"]), "1.c,2.b,3.a"),
        ] {
            assert_eq!(ordered(&layers, None).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn shapes_tell_the_order_if_they_allow_one() {
        let layers = [("output", [10, 4]), ("input", [3, 784]), ("middle", [4, 3])];
        let expected = "input,middle,output";
        assert_eq!(ordered(&layers, None).as_deref(), Ok(expected));
        assert_eq!(ordered(&[("any", [1, 2])], None).as_deref(), Ok("any"));
    }

    #[test]
    fn what_nothing_tells_is_asked_for() {
        let layers = [
            ("input", [2, 784]),
            ("layer_three", [2, 2]),
            ("layer_two", [2, 2]),
            ("output", [10, 2]),
        ];
        let error = ordered(&layers, None).unwrap_err();
        assert!(error.contains("layer_three 2x2, layer_two 2x2"), "{error}");
        assert!(error.contains("--layers"), "{error}");
        let chosen = "input,layer_two,layer_three,output";
        assert_eq!(ordered(&layers, Some(chosen)).as_deref(), Ok(chosen));
        for wrong in ["input,output", "input,input,layer_two,output", "", "x"] {
            let error = ordered(&layers, Some(wrong)).unwrap_err();
            assert!(error.contains("each once"), "{error}");
        }
        let reversed = "output,layer_two,layer_three,input";
        let error = ordered(&layers, Some(reversed)).unwrap_err();
        assert!(
            error.starts_with("the layers in the order output 10x2, "),
            "{error}"
        );
    }

    #[test]
    fn layers_that_fit_in_no_order_are_named() {
        let error = ordered(&[("fc2", [2, 4]), ("fc1", [5, 3])], None).unwrap_err();
        assert!(error.contains("fc1 5x3, fc2 2x4"), "{error}");
        let error = ordered(&[("b", [2, 4]), ("a", [5, 3])], None).unwrap_err();
        assert!(
            error.starts_with("no order of the layers a 5x3, b 2x4"),
            "{error}"
        );
    }

    #[test]
    fn a_long_search_ends() {
        let names: Vec<String> = (0..40).map(|layer| "x".repeat(layer)).collect();
        let layers = names.iter().enumerate();
        // All but the last layer fit each other in any order, and nothing fits the last one.
        let layers: Vec<Named> = layers
            .map(|(place, name)| (name.as_str(), if place < 39 { [2, 2] } else { [3, 5] }))
            .collect();
        let error = ordered(&layers, None).unwrap_err();
        assert!(error.contains("and 20 more"), "{error}");
    }
}
