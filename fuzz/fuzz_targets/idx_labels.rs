//! Labels in the IDX format: the bytes behind the header, or one line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use training::idx::labels;

fuzz_target!(|bytes: &[u8]| match labels(bytes) {
    Ok(labels) => assert_eq!(labels, bytes[8..]),
    Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
});
