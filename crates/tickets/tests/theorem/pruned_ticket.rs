//! Tickets of pruned networks: the way there and back, the worked example of docs/FORMAT.md, damage.

use crate::files::{forged, parts};
use crate::targets::{linear, network, with_biases};
use networks::Network;
use tickets::PrunedTicket;
use tickets::TicketError;
use tickets::construction::{
    Construction, Gadget, NonnegativeInputs, Norms, PrunedNetwork, RandomNetwork, Selection, Split,
    Target, construct,
};
use tickets::ticket::AnyTicket;

const FORMAT: &str = include_str!("../../../../docs/FORMAT.md");

const CLOSEST: Construction = Construction {
    selection: Selection::Closest,
    split: Split::PerWeight,
    candidates: 8,
    ..Construction::PAPER
};

fn make(
    network: &Network,
    units: usize,
    construction: Construction,
) -> (PrunedTicket, PrunedNetwork) {
    let target = Target::new(network, Norms::Rescaled).unwrap();
    let units = vec![units; target.layers().len()];
    let random = RandomNetwork::new(&target.widths(), &units, 1, 2).unwrap();
    let (pruned, _) = construct(&random, &target, construction, 1.0).unwrap();
    let name = network.sha256();
    let ticket = PrunedTicket::new(&pruned, &random, [1, 2], &target, construction, name);
    (ticket.unwrap(), pruned)
}

/// The ticket of docs/FORMAT.md: one weight -0.3, three units a half.
fn example() -> PrunedTicket {
    make(&linear(&[&[-0.3]]), 3, CLOSEST).0
}

#[track_caller]
fn refused(bytes: &[u8], beginning: &str) {
    let text = PrunedTicket::from_bytes(bytes).unwrap_err().to_string();
    assert!(text.starts_with(beginning), "{text}");
    assert!(!text.contains('\n'), "{text}");
}

#[test]
fn what_is_written_is_read_again_and_gives_the_same_network() {
    let networks = [network(&[3, 4, 2], 1), with_biases(&[3, 2, 2], 5)];
    for network in &networks {
        for gadget in [Gadget::Paper, Gadget::Pooled] {
            for nonnegative_inputs in [
                NonnegativeInputs::Nowhere,
                NonnegativeInputs::AfterFirstLayer,
                NonnegativeInputs::Everywhere,
            ] {
                let construction = Construction {
                    gadget,
                    nonnegative_inputs,
                    ..CLOSEST
                };
                let (ticket, pruned) = make(network, 11, construction);
                let bytes = ticket.to_bytes();
                let again = PrunedTicket::from_bytes(&bytes).unwrap();
                assert_eq!(again, ticket);
                assert_eq!(again.to_bytes(), bytes);
                assert_eq!(again.network(), pruned);
                assert_eq!(
                    (again.seed(), again.target()),
                    ([1, 2], network.sha256().as_str())
                );
                let parameters = ticket.random().layers().iter();
                let second = parameters.map(|layer| (layer.hidden() * layer.outputs()) as u64);
                assert_eq!(ticket.bits(), second.sum::<u64>());
                assert_eq!(
                    AnyTicket::from_bytes(&bytes).unwrap(),
                    AnyTicket::Pruned(ticket)
                );
            }
        }
    }
}

#[test]
fn the_worked_example_is_the_documented_one() {
    #[track_caller]
    fn documented(text: impl std::fmt::Display) {
        let text = text.to_string();
        assert!(FORMAT.contains(&text), "docs/FORMAT.md lacks: {text}");
    }
    let ticket = example();
    let (text, checksum) = parts(&ticket.to_bytes());
    documented("`M_2.mask` is [34]");
    let by_hand = forged(&text, &[("M_2.mask", 1, &[34])]);
    assert_eq!(PrunedTicket::from_bytes(&by_hand).unwrap(), ticket);
    documented(text);
    let digits = checksum.iter().map(|byte| format!("{byte:02x}"));
    documented(digits.collect::<String>());
    let layer = ticket.random().layers()[0];
    let weights = layer.first(0, 0).into_iter().zip(layer.second(0, 0));
    let pruned = ticket.network();
    let layer = &pruned.layers()[0];
    for (unit, (in_weight, out_weight)) in weights.enumerate() {
        let keeps = [
            layer.first().mask().keeps(unit, 0),
            layer.second().mask().keeps(0, unit),
        ];
        let [first, second] = keeps.map(|keeps| if keeps { "kept" } else { "" });
        documented(format!(
            "| {unit} | {in_weight} | {first} | {out_weight} | {second} |"
        ));
    }
    documented(format!(
        "{:?} and {:?}",
        pruned.forward(&[1.0])[0],
        -pruned.forward(&[-1.0])[0]
    ));
}

#[test]
fn every_flipped_bit_and_every_cut_is_noticed() {
    let bytes = example().to_bytes();
    for place in 0..8 * bytes.len() {
        let mut damaged = bytes.clone();
        damaged[place / 8] ^= 1 << (place % 8);
        let error = PrunedTicket::from_bytes(&damaged).unwrap_err().to_string();
        assert!(!error.contains('\n'), "{error}");
    }
    for length in 0..bytes.len() {
        let error = PrunedTicket::from_bytes(&bytes[..length]).unwrap_err();
        assert!(matches!(error, TicketError::Format(_)), "{error}");
    }
}

/// The example with one part of its description replaced, and a checksum that fits again.
#[track_caller]
fn refused_with(old: &str, new: &str, beginning: &str) {
    let (text, _) = parts(&example().to_bytes());
    assert!(text.contains(old), "{old} is not in {text}");
    refused(
        &forged(&text.replace(old, new), &[("M_2.mask", 1, &[0])]),
        beginning,
    );
}

#[test]
fn values_and_sizes_that_no_ticket_has_are_refused() {
    let (text, _) = parts(&example().to_bytes());
    assert!(PrunedTicket::from_bytes(&forged(&text, &[("M_2.mask", 1, &[0])])).is_ok());
    refused_with("PCG64", "PCG32", "the ticket's `generator` is");
    refused_with("from -1 to 1", "from -2 to 2", "the ticket's `law` is");
    refused_with(
        "random-network",
        "other",
        "the ticket's `experiment` is \"other\"",
    );
    refused_with(
        "pruned-network/1",
        "pruned-network/2",
        "the ticket has the format",
    );
    refused_with(
        r#""gadget":"paper""#,
        r#""gadget":"none""#,
        "the ticket's description cannot",
    );
    refused_with(
        r#""factor":1.0"#,
        r#""factor":0.0"#,
        "the ticket's `factor` is 0",
    );
    refused_with(
        r#""factor":1.0"#,
        r#""factor":-1e300"#,
        "the ticket's `factor` is -1",
    );
    refused_with(
        r#""units":3"#,
        r#""units":0"#,
        "layer 1 has 1 inputs, 1 outputs and 0 units",
    );
    refused_with(
        r#""units":3"#,
        r#""units":5"#,
        "`M_2.mask` is U8 [1, 1], but must be U8 [1, 2]",
    );
    for candidates in ["0", "65", "999999999"] {
        refused_with(
            r#""candidates":8"#,
            &format!(r#""candidates":{candidates}"#),
            &format!("the ticket's `candidates` is {candidates}, but must be from 1 to 64"),
        );
    }
    let absurd = "18446744073709551615";
    refused_with(
        r#""units":3"#,
        &format!(r#""units":{absurd}"#),
        "layer 1 has 2 * 1 * 18446744",
    );
    refused_with(
        r#""inputs":1"#,
        &format!(r#""inputs":{absurd}"#),
        "layer 1 has 2 * 18446744",
    );
    refused_with(
        r#""inputs":1"#,
        r#""inputs":4000000"#,
        "`M_2.mask` is U8 [1, 1], but must",
    );
    refused_with(
        r#""outputs":1"#,
        &format!(r#""outputs":{absurd}"#),
        "`M_2.mask` is U8 [1, 1], but",
    );
    let two = r#""factor":1.0},{"inputs":2,"outputs":1,"units":3,"factor":1.0}"#;
    refused_with(
        r#""factor":1.0}"#,
        two,
        "the ticket's `inputs` is 2, but must be 1",
    );
    refused_with(
        r#""factor":1.0}"#,
        &two.replace('2', "1"),
        "the ticket has no tensor `M_4.mask`",
    );
    let none = text.split_once("\"layers\"").unwrap().0.to_owned() + "\"layers\":[]}";
    refused(
        &forged(&none, &[]),
        "a random network needs at least one layer",
    );
    let more: [(&str, usize, &[u8]); 2] = [("M_2.mask", 1, &[0]), ("M_4.mask", 1, &[0])];
    refused(
        &forged(&text, &more),
        "the tensor `M_4.mask` belongs to no layer",
    );
    refused(
        &forged(&text, &[("M_2.mask", 1, &[64])]),
        "`M_2.mask` has bits behind the end of row 0",
    );
}

#[test]
fn no_out_weight_of_a_pruned_unit_is_kept() {
    let ticket = example();
    let (text, _) = parts(&ticket.to_bytes());
    let pruned = ticket.network();
    let keeps = |&unit: &usize| pruned.layers()[0].first().mask().keeps(unit, 0);
    let unit = (0..6).find(|unit| !keeps(unit)).unwrap();
    let mask = [1 << unit];
    refused(
        &forged(&text, &[("M_2.mask", 1, &mask)]),
        &format!("`M_2.mask` keeps unit {unit} in row 0, which has no in-weight"),
    );
}

/// In the example units 0 and 1 serve x > 0, units 3, 4 and 5 serve x < 0.
#[test]
fn no_instance_keeps_more_out_weights_than_it_had_candidates() {
    let (text, _) = parts(&example().to_bytes());
    let one = text.replace(r#""candidates":8"#, r#""candidates":1"#);
    let ticket = |mask: u8| forged(&one, &[("M_2.mask", 1, &[mask])]);
    assert!(PrunedTicket::from_bytes(&ticket(0b10_0010)).is_ok());
    let error = "`M_2.mask` keeps more than 1 units in row 0 for one half-line of input 0";
    refused(&ticket(0b10_0011), error);
    refused(&ticket(0b10_1010), error);
}

#[test]
fn no_instance_keeps_more_out_weights_than_can_be_added_up() {
    let (text, _) = parts(&example().to_bytes());
    let text = text.replace(r#""units":3"#, r#""units":80"#);
    let text = text.replace("paper", "pooled");
    let all = text.replace(r#""candidates":8"#, r#""candidates":64"#);
    let random = RandomNetwork::new(&[1, 1], &[80], 1, 2).unwrap();
    let in_weights = random.layers()[0].first(0, 0).into_iter().enumerate();
    let positive: Vec<usize> = in_weights
        .filter(|&(_, weight)| weight > 0)
        .map(|(unit, _)| unit)
        .collect();
    let ticket = |kept: usize| {
        let mut mask = [0; 20];
        let units = positive[..kept].iter();
        units.for_each(|unit| mask[unit / 8] |= 1 << (unit % 8));
        forged(&all, &[("M_2.mask", 1, &mask)])
    };
    assert!(PrunedTicket::from_bytes(&ticket(64)).is_ok());
    refused(&ticket(65), "`M_2.mask` keeps more than 64 units in row 0");
}

#[test]
fn a_network_of_another_seed_makes_no_ticket() {
    let network = network(&[3, 2], 1);
    let (ticket, pruned) = make(&network, 6, CLOSEST);
    let target = Target::new(&network, Norms::Rescaled).unwrap();
    let new = |seed| {
        PrunedTicket::new(
            &pruned,
            ticket.random(),
            seed,
            &target,
            CLOSEST,
            network.sha256(),
        )
    };
    assert_eq!(new([1, 2]).unwrap(), ticket);
    assert!(matches!(new([1, 3]), Err(TicketError::Construction(_))));
}

#[test]
fn what_a_ticket_would_not_give_again_makes_none() {
    let plain = network(&[3, 2], 1);
    let (ticket, pruned) = make(&plain, 6, CLOSEST);
    // The same widths, once without and once with a constant input.
    let [target, with_constant] = [plain, with_biases(&[2, 2], 5)]
        .map(|network| Target::new(&network, Norms::Rescaled).unwrap());
    let new = |target, construction, name: &str| {
        let name = name.to_owned();
        PrunedTicket::new(&pruned, ticket.random(), [1, 2], target, construction, name)
    };
    let name = ticket.target();
    assert_eq!(new(&target, CLOSEST, name).unwrap(), ticket);
    let pooled = Construction {
        gadget: Gadget::Pooled,
        ..CLOSEST
    };
    let other = new(&target, pooled, name);
    assert!(matches!(other, Err(TicketError::OtherConstruction)));
    let other = new(&with_constant, CLOSEST, name);
    assert!(matches!(other, Err(TicketError::OtherConstruction)));
    let none = Construction {
        candidates: 0,
        ..CLOSEST
    };
    for (construction, name, field) in
        [(none, name, "candidates"), (CLOSEST, "not a sha", "target")]
    {
        let error = new(&target, construction, name).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("the ticket's `{field}` is")),
            "{error}"
        );
    }
}
