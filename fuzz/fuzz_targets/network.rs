//! Networks in safetensors files: a network that is written and read again, or one line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use networks::Network;

fuzz_target!(|bytes: &[u8]| match Network::from_safetensors(bytes) {
    Ok(network) => {
        let again = Network::from_safetensors(&network.to_safetensors());
        assert_eq!(again.expect("what is written is read"), network);
    }
    Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
});
