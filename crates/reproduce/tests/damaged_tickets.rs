//! Damaged tickets are refused by the Rust readers and by the Python scripts alike.

#[path = "../../tickets/tests/files/mod.rs"]
mod files;

use files::{forged, parts};
use lab::testing::{refused, start_python};
use std::fs;
use std::path::Path;
use tickets::AnyTicket;

/// Texts in the example's description, and what takes their place.
const APPROXIMATION: [(&str, &str); 28] = [
    ("ticketlab-ticket/1", "ticketlab-ticket/2"),
    ("SHA-256, PCG64-DXSM", "SHA-256"),
    ("mnist-approximation", "mnist"),
    (r#""seed":1"#, r#""seed":-1"#),
    (r#""seed":1"#, r#""seed":-0"#),
    (r#""seed":1"#, r#""seed":1.0"#),
    (r#""seed":1"#, r#""seed":18446744073709551616"#),
    (r#""seed":1"#, r#""seed":true"#),
    (r#""seed":1"#, r#""seed":1,"seed":2"#),
    (r#""seed":1,"#, ""),
    (r#""seed":1"#, r#""seed":1,"extra":1"#),
    ("per-weight", "per-column"),
    (r#""candidates":3"#, r#""candidates":0"#),
    (r#""candidates":3"#, r#""candidates":65"#),
    (r#""candidates":3"#, r#""candidates":9223372036854775808"#),
    (r#""candidates":3"#, r#""candidates":5"#),
    ("uniform on multiples of 2^-23", "normal"),
    ("-4194304", "-8589934593"),
    (":4194304", ":-4194305"),
    (":4194304", ":8589934593"),
    (r#""tolerance":0.25"#, r#""tolerance":-0.25"#),
    (r#""tolerance":0.25"#, r#""tolerance":NaN"#),
    (r#""tolerance":0.25"#, r#""tolerance":1e400"#),
    ("d5335840", "D5335840"),
    (r#""rows":1"#, r#""rows":0"#),
    (r#""rows":1"#, r#""rows":9223372036854775808"#),
    (r#""columns":2},{"#, r#""columns":3},{"#),
    (r#""name":"fc2""#, r#""name":"fc1""#),
];

const PRUNED: [(&str, &str); 14] = [
    ("random-network", "mnist-theorem"),
    ("from -1 to 1", "from 0 to 1"),
    (r#""gadget":"paper""#, r#""gadget":"other""#),
    ("nowhere", "somewhere"),
    ("nowhere", "everywhere"),
    (r#""candidates":8"#, r#""candidates":0"#),
    (r#""candidates":8"#, r#""candidates":65"#),
    (r#""constant_input":false"#, r#""constant_input":0"#),
    (r#""inputs":1"#, r#""inputs":0"#),
    (r#""units":3"#, r#""units":9223372036854775808"#),
    (r#""units":3"#, r#""units":5"#),
    (r#""factor":1.0"#, r#""factor":0.0"#),
    (r#""seed":1"#, r#""seed":2"#),
    (r#""layers":[{"#, r#""layers":[[{"#),
];

fn description(start: &str) -> &'static str {
    const PAGE: &str = include_str!("../../../docs/src/formats/tickets.md");
    PAGE.lines().find(|line| line.starts_with(start)).unwrap()
}

/// The examples of the documentation, whole and damaged: a name and bytes, the whole ones first.
fn tickets() -> Vec<(String, Vec<u8>)> {
    let text = description(r#"{"format":"ticketlab-ticket/1""#);
    let masks: [(&str, usize, &[u8]); 2] = [("fc1.mask", 2, &[43, 56]), ("fc2.mask", 1, &[34])];
    let pruned = description(r#"{"format":"ticketlab-pruned-network/1""#);
    let mask: [(&str, usize, &[u8]); 1] = [("M_2.mask", 1, &[34])];
    let mut tickets = vec![
        ("whole".to_owned(), forged(text, &masks)),
        ("whole pruned network".to_owned(), forged(pruned, &mask)),
    ];
    tickets.extend(replaced(text, &masks, &APPROXIMATION));
    tickets.extend(replaced(pruned, &mask, &PRUNED));
    let with = |masks: &[(&str, usize, &[u8])]| forged(text, masks);
    tickets.extend([
        ("no second mask".into(), with(&masks[..1])),
        (
            "bits behind a row".into(),
            with(&[("fc1.mask", 2, &[107, 56]), masks[1]]),
        ),
        (
            "another shape".into(),
            with(&[("fc1.mask", 1, &[43, 56]), masks[1]]),
        ),
        (
            "one mask more".into(),
            with(&[masks[0], masks[1], ("fc3.mask", 1, &[1])]),
        ),
        (
            "no in-weight".into(),
            forged(pruned, &[("M_2.mask", 1, &[38])]),
        ),
    ]);
    tickets.extend(cut(&forged(text, &masks)));
    tickets
}

fn replaced(
    text: &str,
    masks: &[(&str, usize, &[u8])],
    changes: &[(&str, &str)],
) -> Vec<(String, Vec<u8>)> {
    let changed = changes.iter().map(|(old, new)| {
        assert!(text.contains(old), "{old} is not in {text}");
        let bytes = forged(&text.replacen(old, new, 1), masks);
        (format!("{old} as {new}"), bytes)
    });
    changed.collect()
}

/// Files that are no whole safetensors file, or no ticket.
fn cut(whole: &[u8]) -> Vec<(String, Vec<u8>)> {
    let header = |length: u64, rest: &[u8]| [&length.to_le_bytes(), rest].concat();
    let mut flipped = whole.to_vec();
    *flipped.last_mut().unwrap() ^= 1;
    let (text, _) = parts(whole);
    let deep = "[".repeat(100_000);
    vec![
        ("empty".into(), vec![]),
        ("seven bytes".into(), whole[..7].to_vec()),
        ("no data".into(), whole[..whole.len() - 1].to_vec()),
        ("a byte more".into(), [whole, b"x"].concat()),
        ("a bit flipped".into(), flipped),
        ("an endless header".into(), header(u64::MAX, b"{}")),
        ("no tensors".into(), header(2, b"{}")),
        ("a list".into(), header(2, b"[]")),
        ("deep".into(), header(deep.len() as u64, deep.as_bytes())),
        ("a text".into(), text.into_bytes()),
    ]
}

fn write(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let tickets = tickets();
    for (index, (_, bytes)) in tickets.iter().enumerate() {
        fs::write(folder.join(index.to_string()), bytes).unwrap();
    }
    tickets
}

#[test]
fn the_rust_readers_refuse_every_damaged_ticket() {
    for (index, (name, bytes)) in tickets().iter().enumerate() {
        let read = AnyTicket::from_bytes(bytes);
        assert_eq!(read.is_ok(), index < 2, "{name}: {read:?}");
    }
}

#[test]
#[ignore = "needs python3 with numpy: .ci/run runs it"]
fn python_refuses_every_damaged_ticket_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    for (index, (name, _)) in write(folder.path()).iter().enumerate().skip(2) {
        let file = index.to_string();
        for script in ["evaluate_ticket.py", "read_ticket.py"] {
            println!("{script}: {name}");
            let output = start_python(folder.path(), script, &[&file]);
            refused(&output, &[&format!("{file}: ")]);
        }
    }
    let whole = start_python(folder.path(), "read_ticket.py", &["0"]);
    assert!(whole.status.success());
}
