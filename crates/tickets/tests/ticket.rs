//! Tickets: the way there and back, the worked example of docs/src/formats/tickets.md, and every kind of damage.

mod files;

use files::{forged, parts};
use networks::{Dense, Matrix, Network};
use proptest::prelude::*;
use safetensors::SafeTensors;
use sha2::{Digest, Sha256};
use subset_sum::grid::{ONE, WEIGHT_STEP};
use tickets::coefficients::{Coefficients, Draw, EXPERIMENT, Laws, Uniform, weight};
use tickets::{ApproximationTicket, TicketError};

const FORMAT: &str = include_str!("../../../docs/src/formats/tickets.md");

/// M of docs/src/formats/tickets.md.
const MULTIPLIER: u128 = 15_750_249_268_501_108_917;

const LAW: Uniform = Uniform {
    low: -4_194_304,
    high: 4_194_304,
    digits: 23,
};

fn draw(coefficients: Coefficients, candidates: usize) -> Draw {
    Draw {
        coefficients,
        candidates,
        seed: 1,
        replicate: 1,
    }
}

/// A network with layers of the given shapes and some weights.
fn target(shapes: &[[usize; 2]]) -> Network {
    let layer = |(index, &[rows, columns]): (usize, &[usize; 2])| Dense {
        name: format!("fc{}", index + 1),
        weight: Matrix::new(
            rows,
            columns,
            (0..rows * columns).map(|i| i as f32 / 8.0 - 0.25).collect(),
        ),
        bias: None,
    };
    Network::new(shapes.iter().enumerate().map(layer).collect()).unwrap()
}

/// The ticket of docs/src/formats/tickets.md.
fn example() -> ApproximationTicket {
    let masks = [0b011, 0b101, 0b000, 0b111, 0b010, 0b100];
    let draw = draw(Coefficients::PerWeight, 3);
    ApproximationTicket::new(draw, LAW, 0.25, &target(&[[2, 2], [1, 2]]), &masks).unwrap()
}

/// The error for these bytes must begin like this and stay on one line.
#[track_caller]
fn refused(bytes: &[u8], beginning: &str) {
    let text = ApproximationTicket::from_bytes(bytes)
        .unwrap_err()
        .to_string();
    assert!(text.starts_with(beginning), "{text}");
    assert!(!text.contains('\n'), "{text}");
}

/// The example with one part of its description replaced, and a checksum that fits again.
#[track_caller]
fn refused_with(old: &str, new: &str, beginning: &str) {
    let (text, _) = parts(&example().to_bytes());
    assert!(text.contains(old), "{old} is not in {text}");
    let masks: [(&str, usize, &[u8]); 2] = [("fc1.mask", 2, &[43, 56]), ("fc2.mask", 1, &[34])];
    assert!(ApproximationTicket::from_bytes(&forged(&text, &masks)).is_ok());
    refused(&forged(&text.replace(old, new), &masks), beginning);
}

/// State and increment of the generator with this name, as docs/src/formats/tickets.md has them.
fn pcg64_dxsm(name: &str) -> [u128; 2] {
    let seed: [u8; 32] = Sha256::digest(name).into();
    let [state, increment] = [0, 16].map(|start| {
        let bytes: [u8; 16] = seed[start..start + 16].try_into().unwrap();
        u128::from_le_bytes(bytes)
    });
    let increment = increment | 1;
    let state = state.wrapping_add(increment);
    [
        state.wrapping_mul(MULTIPLIER).wrapping_add(increment),
        increment,
    ]
}

/// The next number of a generator, as docs/src/formats/tickets.md has it.
fn next(state: &mut u128, increment: u128) -> u64 {
    let (mut high, low) = ((*state >> 64) as u64, *state as u64 | 1);
    high ^= high >> 32;
    high = high.wrapping_mul(MULTIPLIER as u64);
    high ^= high >> 48;
    *state = state.wrapping_mul(MULTIPLIER).wrapping_add(increment);
    high.wrapping_mul(low)
}

#[test]
fn the_worked_example_is_the_documented_one() {
    #[track_caller]
    fn documented(text: impl std::fmt::Display) {
        let text = text.to_string();
        assert!(
            FORMAT.contains(&text),
            "docs/src/formats/tickets.md lacks: {text}"
        );
    }
    let ticket = example();
    let bytes = ticket.to_bytes();
    let (text, checksum) = parts(&bytes);
    documented(&text);
    documented(MULTIPLIER);
    let hexadecimal =
        |bytes: &[u8]| -> String { bytes.iter().map(|byte| format!("{byte:02x}")).collect() };
    documented(hexadecimal(&checksum));
    let name = format!("ticketlab/1|1|{EXPERIMENT}|per-weight/n=3/fc1/row=0|1");
    documented(&name);
    documented(hexadecimal(&Sha256::digest(&name)));
    let [mut state, increment] = pcg64_dxsm(&name);
    documented(format!("{state:#x}"));
    documented(format!("{increment:#x}"));
    for (place, coefficient) in ticket.draw().row(LAW, "fc1", 0, 2).into_iter().enumerate() {
        let number = next(&mut state, increment);
        let points = (LAW.high - LAW.low + 1) as u128;
        let steps = LAW.low + ((u128::from(number) * points) >> 64) as i64;
        assert_eq!(coefficient, steps * WEIGHT_STEP);
        let (column, candidate) = (place / 3, place % 3);
        documented(format!("| {column} | {candidate} | {number} | {steps} |"));
    }
    let file = SafeTensors::deserialize(&bytes).unwrap();
    for layer in ["fc1", "fc2"] {
        let mask = file.tensor(&format!("{layer}.mask")).unwrap();
        documented(format!("`{layer}.mask` is {:?}", mask.data()));
    }
    for layer in ticket.network().layers() {
        documented(format!(
            "`{}.weight` is {:?}",
            layer.name,
            layer.weight.values()
        ));
    }
    documented(ticket.network().sha256());
    documented(hexadecimal(&bytes[..8]));
    documented(format!("{} bytes", bytes.len()));
    assert_eq!(ticket.bits(), 18);
}

#[test]
fn a_network_has_the_same_name_wherever_it_is_written() {
    let tracked = include_bytes!("../../../data/target-784-500-10.safetensors");
    let network = Network::from_safetensors(tracked).unwrap();
    let sha256 = "da7f5a36917a62cd8e8512933d228583852d9c29ff8cc7ea04c2befd932a0d18";
    assert_eq!(network.sha256(), sha256);
}

#[test]
fn truncated_and_longer_tickets_are_refused() {
    let bytes = example().to_bytes();
    for length in 0..bytes.len() {
        let error = ApproximationTicket::from_bytes(&bytes[..length]).unwrap_err();
        assert!(matches!(error, TicketError::Format(_)), "{error}");
    }
    refused(
        &[bytes, vec![0]].concat(),
        "not a complete safetensors file (",
    );
}

#[test]
fn every_flipped_bit_is_noticed() {
    let bytes = example().to_bytes();
    for place in 0..8 * bytes.len() {
        let mut damaged = bytes.clone();
        damaged[place / 8] ^= 1 << (place % 8);
        let error = ApproximationTicket::from_bytes(&damaged)
            .unwrap_err()
            .to_string();
        assert!(!error.contains('\n'), "{error}");
    }
}

#[test]
fn other_files_are_refused() {
    refused(
        b"PK\x03\x04 some archive",
        "not a complete safetensors file (",
    );
    let network = target(&[[2, 2]]).to_safetensors();
    refused(&network, "a safetensors file, but no ticket");
    let header = r#"{"__metadata__":{"ticket":"{}"}}"#;
    let length = (header.len() as u64).to_le_bytes();
    refused(
        &[&length, header.as_bytes()].concat(),
        "a safetensors file, but no ticket",
    );
    refused(
        &forged("no JSON", &[]),
        "the ticket's description cannot be read (expected",
    );
    refused(
        &forged("{\"a\nb\":1}", &[]),
        "the ticket's description cannot be read (",
    );
    let next = r#"{"format":"ticketlab-ticket/2"}"#;
    refused(
        &forged(next, &[]),
        "the ticket has the format \"ticketlab-ticket/2\", not ",
    );
}

#[test]
fn values_that_no_ticket_has_are_refused() {
    refused_with(
        "PCG64",
        "PCG32",
        "the ticket's `generator` is \"SHA-256, PCG32-DXSM\"",
    );
    refused_with(
        EXPERIMENT,
        "other",
        "the ticket's `experiment` is \"other\"",
    );
    refused_with("uniform", "normal", "the ticket's `law` is \"normal on");
    let candidates = r#""candidates":3"#;
    let changed = |value: &str| format!(r#""candidates":{value}"#);
    refused_with(candidates, &changed("0"), "the ticket's `candidates` is 0");
    refused_with(
        candidates,
        &changed("65"),
        "the ticket's `candidates` is 65",
    );
    refused_with(
        candidates,
        &changed("-1"),
        "the ticket's description cannot be read (",
    );
    refused_with(
        candidates,
        &changed("3,\"x\":1"),
        "the ticket's description cannot be read (",
    );
    refused_with(
        "-4194304",
        "-8589934593",
        "the ticket's `low` is -8589934593",
    );
    refused_with("-4194304", "4194305", "the ticket's `high` is 4194304");
    refused_with("0.25", "-0.25", "the ticket's `tolerance` is -0.25");
    refused_with("0.25", "1e999", "the ticket's description cannot be read (");
    refused_with(
        r#""seed":1,"#,
        "",
        "the ticket's description cannot be read (missing field",
    );
    let (text, _) = parts(&example().to_bytes());
    let target = text
        .split_once("target\":\"")
        .unwrap()
        .1
        .split_once('"')
        .unwrap()
        .0;
    refused_with(target, "ABC", "the ticket's `target` is \"ABC\"");
    refused_with(target, &target.to_uppercase(), "the ticket's `target` is");
}

#[test]
fn masks_and_layers_must_fit_each_other() {
    refused_with(
        r#""rows":2"#,
        r#""rows":1"#,
        "`fc1` is [1, 2] and `fc2` is [1, 2]: shapes",
    );
    refused_with(
        r#""rows":2"#,
        r#""rows":0"#,
        "layer `fc1` has the empty shape [0, 2]",
    );
    refused_with("fc2", "fc0", "layer `fc0` follows `fc1`");
    refused_with("fc2", "fc3", "the ticket has no tensor `fc3.mask`");
    refused_with(
        "fc2",
        "fc\\n2",
        "the layer name \"fc\\n2\" has a control character",
    );
    let only_first = r#",{"name":"fc2","rows":1,"columns":2}"#;
    refused_with(only_first, "", "the tensor `fc2.mask` belongs to no layer");
    let (text, _) = parts(&example().to_bytes());
    let padded: [(&str, usize, &[u8]); 2] = [("fc1.mask", 2, &[43, 0x78]), ("fc2.mask", 1, &[34])];
    refused(
        &forged(&text, &padded),
        "`fc1.mask` has bits behind the end of row 1",
    );
}

#[test]
fn absurd_shapes_are_refused_without_allocating() {
    let absurd = r#""rows":1152921504606846976,"columns":1152921504606846976"#;
    let text = "`fc2.mask` is U8 [1, 1], but must be U8 [1152921504606846976, ";
    refused_with(
        r#""rows":1,"columns":2"#,
        &absurd.replace("columns\":1152921504606846976", "columns\":2"),
        text,
    );
    refused_with(
        r#""rows":2,"columns":2"#,
        absurd,
        "`fc1` is [1152921504606846976, 1152921504606846976] and",
    );
    let only = |columns: &str| {
        let (text, _) = parts(&example().to_bytes());
        let text = text.replace(r#",{"name":"fc2","rows":1,"columns":2}"#, "");
        let text = text.replace(r#""columns":2"#, &format!(r#""columns":{columns}"#));
        forged(&text, &[("fc1.mask", 2, &[43, 56])])
    };
    refused(
        &only("18446744073709551615"),
        "`fc1.mask` is U8 [2, 1], but must be U8 [2, 6917529027641081856]",
    );
    refused(
        &only("18446744073709551616"),
        "the ticket's description cannot be read (",
    );
}

#[test]
fn masks_must_fit_the_target() {
    let target = target(&[[1, 2]]);
    let new = |candidates, masks: &[u64], target: &Network| {
        let draw = draw(Coefficients::PerRow, candidates);
        ApproximationTicket::new(draw, LAW, 0.1, target, masks).map_err(|error| error.to_string())
    };
    assert!(new(3, &[7, 7], &target).is_ok());
    assert!(new(64, &[u64::MAX, 0], &target).is_ok());
    let error = new(3, &[7], &target).unwrap_err();
    assert!(error.starts_with("found 1 masks for 2 weights"), "{error}");
    let error = new(3, &[7, 8], &target).unwrap_err();
    assert!(
        error.starts_with("mask 1 is 0b1000, but there are 3"),
        "{error}"
    );
    let error = new(0, &[0, 0], &target).unwrap_err();
    assert!(
        error.starts_with("the ticket's `candidates` is 0"),
        "{error}"
    );
    let mut layer = target.layers()[0].clone();
    layer.bias = Some(vec![1.0]);
    let biased = Network::new(vec![layer]).unwrap();
    let error = new(3, &[7, 7], &biased).unwrap_err();
    assert!(error.starts_with("found 2 masks for 3 weights"), "{error}");
    assert!(new(3, &[7, 7, 7], &biased).is_ok());
}

/// The example's target with a bias in its first layer, and a distribution for each layer.
fn biased() -> (Network, ApproximationTicket) {
    let mut layers = target(&[[2, 2], [1, 2]]).layers().to_vec();
    layers[0].bias = Some(vec![0.5, -0.25]);
    let target = Network::new(layers).unwrap();
    let masks = [0b011, 0b101, 0b000, 0b111, 0b110, 0b001, 0b010, 0b100];
    let fine = Uniform {
        low: -3,
        high: 1 << 40,
        digits: 40,
    };
    let laws = Laws::Layers(vec![LAW, fine]);
    let draw = draw(Coefficients::PerRow, 3);
    let ticket = ApproximationTicket::new(draw, laws, 0.25, &target, &masks).unwrap();
    (target, ticket)
}

#[test]
fn biases_have_coefficients_of_their_own_and_layers_distributions() {
    let (target, ticket) = biased();
    let again = ApproximationTicket::from_bytes(&ticket.to_bytes()).unwrap();
    assert_eq!(again, ticket);
    let network = again.network();
    let sum = |law, name: &str, row, mask: u64| -> i64 {
        let drawn = ticket.draw().row(law, name, row, 1).into_iter();
        let kept = drawn.enumerate().filter(|(i, _)| mask >> i & 1 == 1);
        kept.map(|(_, coefficient)| coefficient).sum()
    };
    let biases = [(0, 0b110), (1, 0b001)].map(|(row, mask)| sum(LAW, "fc1.bias", row, mask));
    let expected = biases.map(weight).to_vec();
    assert_eq!(network.layers()[0].bias.as_ref(), Some(&expected));
    assert_eq!(network.layers()[1].bias, None);
    // The weights are those of a ticket without biases and of one distribution.
    let first = |ticket: &ApproximationTicket| ticket.network().layers()[0].weight.clone();
    let masks = [0b011, 0b101, 0b000, 0b111, 0b010, 0b100];
    let plain = self::target(&[[2, 2], [1, 2]]);
    let plain = ApproximationTicket::new(ticket.draw(), LAW, 0.25, &plain, &masks).unwrap();
    assert_eq!(first(&ticket), first(&plain));
    let last = ticket.laws().of_layer(1);
    assert_eq!(
        network.layers()[1].weight.values()[0],
        weight(sum(last, "fc2", 0, 0b010))
    );
    assert_eq!((ticket.weights(), ticket.bits()), (8, 24));
    let errors = ticket.errors(&target).unwrap();
    assert_eq!(errors[4], (biases[0] - ONE / 2).abs());
}

#[test]
fn distributions_of_layers_are_checked() {
    let (_, ticket) = biased();
    let (text, _) = parts(&ticket.to_bytes());
    let bytes = |text: &str| {
        let masks: [(&str, usize, &[u8]); 3] = [
            ("fc1.bias.mask", 2, &[0b110, 0b001]),
            ("fc1.mask", 2, &[43, 56]),
            ("fc2.mask", 1, &[34]),
        ];
        forged(text, &masks)
    };
    assert_eq!(
        ApproximationTicket::from_bytes(&bytes(&text)).unwrap(),
        ticket
    );
    let with = |old: &str, new: &str, beginning: &str| {
        assert!(text.contains(old), "{old} is not in {text}");
        refused(&bytes(&text.replace(old, new)), beginning);
    };
    with(
        r#""digits":40"#,
        r#""digits":47"#,
        "the ticket's `digits` is 47",
    );
    with(
        r#""digits":40"#,
        r#""digits":22"#,
        "the ticket's `digits` is 22",
    );
    let high = 1_i64 << 40;
    let high = |digits: i64| format!(r#""high":{}"#, high * digits);
    with(
        &high(1),
        &high(2048),
        "the ticket's `high` is 2251799813685248",
    );
    with(
        ",\"biases\":true",
        "",
        "the tensor `fc1.bias.mask` belongs to no",
    );
    with(
        r#","range":{"low":-3,"high":1099511627776,"digits":40}"#,
        "",
        "the ticket's `law` is \"uniform on multiples of 2^-digits in each layer\", but must be with",
    );
    with(
        "2^-digits in each layer",
        "2^-23",
        "the ticket's `law` is \"uniform on multiples of 2^-23\", but must be with `low`",
    );
}

#[test]
fn a_layer_called_like_biases_is_refused() {
    let mut layers = target(&[[2, 2], [1, 2]]).layers().to_vec();
    layers[0].bias = Some(vec![0.5; 2]);
    layers[1].name = "fc1.bias".to_owned();
    let target = Network::new(layers).unwrap();
    let draw = draw(Coefficients::PerRow, 3);
    let error = ApproximationTicket::new(draw, LAW, 0.1, &target, &[0; 8]).unwrap_err();
    assert!(error.to_string().contains("`fc1.bias`"), "{error}");
}

#[test]
fn errors_are_told_for_the_target_alone() {
    let (ticket, of) = (example(), target(&[[2, 2], [1, 2]]));
    let units = |weight: f32| (f64::from(weight) * ONE as f64) as i64;
    let weights = |network: &Network| -> Vec<f32> {
        let layers = network.layers().iter();
        layers
            .flat_map(|layer| layer.weight.values().to_vec())
            .collect()
    };
    let rebuilt = weights(&ticket.network()).into_iter().zip(weights(&of));
    let expected: Vec<i64> = rebuilt.map(|(a, b)| (units(a) - units(b)).abs()).collect();
    assert_eq!(ticket.errors(&of).unwrap(), expected);
    let error = ticket.errors(&target(&[[2, 2], [2, 2]])).unwrap_err();
    assert!(matches!(error, TicketError::OtherTarget { .. }), "{error}");
    // A ticket may name a target that it does not have the shape of.
    let (text, _) = parts(&ticket.to_bytes());
    let other = target(&[[2, 2]]);
    let forged = forged(
        &text.replace(ticket.target(), &other.sha256()),
        &[("fc1.mask", 2, &[43, 56]), ("fc2.mask", 1, &[34])],
    );
    let error = ApproximationTicket::from_bytes(&forged)
        .unwrap()
        .errors(&other)
        .unwrap_err();
    assert!(matches!(error, TicketError::OtherTarget { .. }), "{error}");
}

/// A ticket with any numbers, and the subset sums that its masks stand for.
fn any_ticket() -> impl Strategy<Value = (ApproximationTicket, Vec<i64>)> {
    let shapes = [1..5_usize, 1..9, 1..4];
    let numbers = (1..=64_usize, any::<u64>(), any::<u64>(), any::<bool>());
    let law = (-8_589_934_592..=8_589_934_592_i64, 0..1_000_000_000_i64);
    (shapes, numbers, law, 0.0..1024.0_f64, any::<u64>()).prop_map(
        |(
            [inputs, hidden, outputs],
            (candidates, seed, replicate, shared),
            (low, width),
            tolerance,
            bits,
        )| {
            let coefficients = if shared {
                Coefficients::PerRow
            } else {
                Coefficients::PerWeight
            };
            let draw = Draw {
                coefficients,
                candidates,
                seed,
                replicate,
            };
            let law = Uniform {
                low,
                high: (low + width).min(8_589_934_592),
                digits: 23,
            };
            let target = target(&[[hidden, inputs], [outputs, hidden]]);
            let mask =
                |index: u64| bits.rotate_left(7 * index as u32) & (u64::MAX >> (64 - candidates));
            let masks: Vec<u64> = (0..target.weights() as u64).map(mask).collect();
            let mut sums = Vec::new();
            for layer in target.layers() {
                for row in 0..layer.weight.rows() {
                    let drawn = draw.row(law, &layer.name, row, layer.weight.columns());
                    for column in 0..layer.weight.columns() {
                        let (set, mask) = (draw.set(&drawn, column), masks[sums.len()]);
                        sums.push(
                            (0..candidates)
                                .map(|i| set[i] * (mask >> i & 1) as i64)
                                .sum(),
                        );
                    }
                }
            }
            (
                ApproximationTicket::new(draw, law, tolerance, &target, &masks).unwrap(),
                sums,
            )
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read_again((ticket, sums) in any_ticket()) {
        let bytes = ticket.to_bytes();
        let again = ApproximationTicket::from_bytes(&bytes).unwrap();
        prop_assert_eq!(&again, &ticket);
        prop_assert_eq!(again.to_bytes(), bytes);
        prop_assert_eq!(again.bits(), (sums.len() * ticket.draw().candidates) as u64);
        let network = again.network();
        let weights = network.layers().iter().flat_map(|layer| layer.weight.values());
        prop_assert!(weights.copied().eq(sums.into_iter().map(weight)));
    }

    #[test]
    fn damaged_tickets_are_refused(
        (ticket, _) in any_ticket(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), 1..=255_u8), 1..4),
    ) {
        let bytes = ticket.to_bytes();
        let mut damaged = bytes.clone();
        for (place, change) in damage {
            let place = place.index(bytes.len());
            damaged[place] ^= change;
        }
        // What is left can only be the same ticket in other bytes (a space turned into a tab).
        if let Ok(read) = ApproximationTicket::from_bytes(&damaged) {
            prop_assert_eq!(read, ticket);
        }
    }
}
