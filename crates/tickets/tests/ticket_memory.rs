//! The memory that reading a ticket takes, in a process of its own.

#![cfg(target_os = "linux")]

mod files;

use files::{forged, parts};
use tickets::PrunedTicket;

const FORMAT: &str = include_str!("../../../docs/FORMAT.md");

/// The most memory that this process has had, in bytes.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.unwrap().trim().strip_suffix(" kB").unwrap();
    1024 * kilobytes.parse::<usize>().unwrap()
}

/// The largest layers that a mask of 2 MB allows: one row of 2^24 units, or 2^21 rows.
#[test]
fn a_ticket_is_read_in_a_small_multiple_of_its_bytes() {
    let start = r#"{"format":"ticketlab-pruned-network/1""#;
    let example = FORMAT.lines().find(|line| line.starts_with(start)).unwrap();
    for (outputs, units) in [(1, 1 << 23), (1 << 21, 4)] {
        let text = example.replace(r#""units":3"#, &format!(r#""units":{units}"#));
        let text = text.replace(r#""outputs":1"#, &format!(r#""outputs":{outputs}"#));
        let bytes = forged(&text, &[("M_2.mask", outputs, &vec![0; 1 << 21])]);
        let before = peak();
        let ticket = PrunedTicket::from_bytes(&bytes).unwrap();
        let taken = peak() - before;
        assert!(taken < 8 * bytes.len(), "{taken} bytes for {}", bytes.len());
        assert_eq!(parts(&ticket.to_bytes()).0, text);
    }
}
