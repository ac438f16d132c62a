//! Images in the IDX format: a matrix with a row for every declared image, or one line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use training::idx::{PIXELS, images};

fuzz_target!(|bytes: &[u8]| match images(bytes) {
    Ok(images) => {
        assert_eq!(images.rows() * PIXELS + 16, bytes.len());
        assert!(
            images
                .values()
                .iter()
                .all(|pixel| (0.0..=1.0).contains(pixel))
        );
    }
    Err(error) => assert!(!error.to_string().contains('\n'), "{error}"),
});
