//! Tickets of edge-popup: the way there and back, and every kind of damage.

mod files;

use std::collections::BTreeMap;

use files::{forged, parts};
use safetensors::SafeTensors;
use safetensors::tensor::Dtype;
use tickets::ticket::{AnyTicket, EdgePopupRun, NamedMask, Tested, TrainedTensor};
use tickets::{ApproximationTicket, EdgePopupTicket, Kind, PrunedTicket, TicketError};

fn run(variant: &str, sparsity: f64) -> EdgePopupRun {
    EdgePopupRun {
        architecture: "fc2".to_owned(),
        model: "wide".to_owned(),
        variant: variant.to_owned(),
        sparsity,
        epochs: 3,
        seed: 1,
    }
}

fn tested() -> Tested {
    Tested {
        images: "0f".repeat(32),
        test_images: 10,
        correct: 9,
    }
}

/// A mask with the entries removed that a text has a dot for.
fn mask(name: &str, rows: &[&str]) -> NamedMask {
    let kept = rows.iter().flat_map(|row| row.chars());
    NamedMask {
        name: name.to_owned(),
        shape: [rows.len(), rows[0].len()],
        kept: kept.map(|entry| entry != '.').collect(),
    }
}

fn masks() -> Vec<NamedMask> {
    vec![
        mask("fc1.weight", &["#.#.#.#.##", "#.#.#.#.#."]),
        mask("fc2.weight", &["#..#"]),
    ]
}

fn shapes() -> Vec<(String, [usize; 2])> {
    let shapes = masks().into_iter().map(|mask| (mask.name, mask.shape));
    shapes.collect()
}

fn with(run: EdgePopupRun, masks: &[NamedMask]) -> Result<EdgePopupTicket, TicketError> {
    let conv = TrainedTensor {
        shape: vec![2, 1, 1],
        values: vec![0.5, -0.25],
    };
    let trained = BTreeMap::from([("conv1.weight".to_owned(), conv)]);
    EdgePopupTicket::new(7, run, tested(), masks, trained)
}

/// Of 20 entries 9 are removed, of 4 entries 2: 11 of all 24 together, floor(0.46 * 24).
fn example() -> EdgePopupTicket {
    with(run("global", 0.46), &masks()).unwrap()
}

#[test]
fn what_is_written_is_read() {
    let ticket = example();
    let read = EdgePopupTicket::from_bytes(&ticket.to_bytes()).unwrap();
    assert_eq!(read, ticket);
    assert_eq!(read.to_bytes(), ticket.to_bytes());
    assert_eq!(read.masks(&shapes()).unwrap(), masks());
    assert_eq!((read.seed(), read.tested()), (7, tested()));
    assert_eq!(read.trained()["conv1.weight"].values, [0.5, -0.25]);
}

#[test]
fn bytes_are_those_of_the_format() {
    let bytes = example().to_bytes();
    let (text, _) = parts(&bytes);
    let run = r#"{"architecture":"fc2","model":"wide","variant":"global","sparsity":0.46,"epochs":3,"seed":1}"#;
    let start = r#"{"format":"ticketlab-pruning/1","generator":"SHA-256, PCG64-DXSM","experiment":"mnist-pruning","seed":7,"run":"#;
    let images = "0f".repeat(32);
    let end = format!(r#","images":"{images}","test_images":10,"correct":9}}"#);
    assert_eq!(text, [start, run, &end].concat());
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let first = file.tensor("fc1.weight.mask").unwrap();
    assert_eq!((first.dtype(), first.shape()), (Dtype::U8, &[2, 2][..]));
    assert_eq!(first.data(), [0b0101_0101, 0b11, 0b0101_0101, 0b01]);
}

#[test]
fn masks_remove_their_fraction_together_or_each() {
    assert!(with(run("paper", 0.46), &masks()).is_err());
    let each = [
        mask("fc1.weight", &["#.#.#.#.##", "#.#.#.#.#."]),
        mask("fc2.weight", &["#.##"]),
    ];
    assert!(with(run("paper", 0.46), &each).is_ok());
    let error = with(run("global", 0.46), &each).unwrap_err();
    let text = "the ticket's masks do not remove the fraction 0.46";
    assert!(error.to_string().starts_with(text), "{error}");
}

#[test]
fn masks_have_the_shapes_that_are_asked_for() {
    let refused = |shapes: &[(String, [usize; 2])], beginning: &str| {
        let error = example().masks(shapes).unwrap_err().to_string();
        assert!(error.starts_with(beginning), "{error}");
    };
    let mut other = shapes();
    other[0].1 = [2, 17];
    refused(
        &other,
        "`fc1.weight.mask` is U8 [2, 2], but must be U8 [2, 3]",
    );
    other[0].1 = [2, 9];
    refused(&other, "`fc1.weight.mask` has bits behind the end of row 0");
    refused(
        &shapes()[..1],
        "the tensor `fc2.weight.mask` belongs to no layer",
    );
    other = shapes();
    other[1].0 = "fc3.weight".to_owned();
    refused(&other, "the ticket has no tensor `fc3.weight.mask`");
}

#[test]
fn values_that_no_ticket_has_are_refused() {
    let (text, _) = parts(&example().to_bytes());
    let masks: [(&str, usize, &[u8]); 1] = [("fc1.weight.mask", 1, &[1])];
    assert!(EdgePopupTicket::from_bytes(&forged(&text, &masks)).is_ok());
    let error = EdgePopupTicket::from_bytes(&forged(&text, &[("fc1.weight.mask", 1, &[])]));
    assert!(matches!(error, Err(TicketError::MaskUnknown { .. })));
    for (old, new, beginning) in [
        ("PCG64", "PCG32", "the ticket's `generator` is"),
        ("mnist-pruning", "other", "the ticket's `experiment` is"),
        ("pruning/1", "pruning/2", "the ticket has the format"),
        ("0.46", "1.0", "the ticket's `sparsity` is 1"),
        ("0.46", "-0.1", "the ticket's `sparsity` is -0.1"),
        (
            "\"correct\":9",
            "\"correct\":11",
            "the ticket's `correct` is 11",
        ),
        ("\"seed\":7,", "", "the ticket's description cannot be read"),
        ("0f0f", "0F0F", "the ticket's `images` is"),
    ] {
        let changed = text.replacen(old, new, 1);
        assert_ne!(changed, text, "{old}");
        let error = EdgePopupTicket::from_bytes(&forged(&changed, &masks)).unwrap_err();
        assert!(error.to_string().starts_with(beginning), "{error}");
    }
}

/// A ticket with the tensors that its run has.
fn whole(ticket: EdgePopupTicket) -> Result<EdgePopupTicket, TicketError> {
    ticket.masks(&shapes())?;
    ticket.check_trained(&[("conv1.weight", &[2, 1, 1])])?;
    Ok(ticket)
}

#[test]
fn trained_tensors_are_those_of_the_run() {
    assert!(whole(example()).is_ok());
    let error = example().check_trained(&[]).unwrap_err().to_string();
    let text = r#"the ticket has the trained tensors ["conv1.weight [2, 1, 1]"], but must have []"#;
    assert!(error.starts_with(text), "{error}");
}

#[test]
fn every_changed_byte_is_noticed() {
    let bytes = example().to_bytes();
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        match EdgePopupTicket::from_bytes(&damaged).and_then(whole) {
            // What says the same in other bytes.
            Ok(read) => assert_eq!(read, example()),
            Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
        }
    }
}

#[test]
fn a_ticket_of_another_kind_is_answered_with_the_command_that_reads_it() {
    let bytes = example().to_bytes();
    assert_eq!(
        AnyTicket::from_bytes(&bytes).unwrap().kind(),
        Kind::EdgePopup
    );
    let expected = "a ticket of mnist-pruning: `mnist-pruning --ticket` reads it";
    let error = PrunedTicket::from_bytes(&bytes).unwrap_err();
    assert_eq!(error.to_string(), expected);
    let error = ApproximationTicket::from_bytes(&bytes).unwrap_err();
    assert_eq!(error.to_string(), expected);
    let theorem = r#"{"format":"ticketlab-pruned-network/1"}"#;
    let error = EdgePopupTicket::from_bytes(&forged(theorem, &[])).unwrap_err();
    assert!(matches!(error, TicketError::OtherKind(Kind::Pruned)));
    assert!(error.to_string().contains("a ticket of mnist-theorem"));
}
