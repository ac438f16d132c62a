//! Which of the processor's vector instructions kernels may use.
//!
//! Kernels have a path for vector instructions and one for any processor, chosen when the program runs.
//! Every choice in this workspace asks [`features`], so one environment variable switches all of them:
//!
//! ```sh
//! TICKETLAB_PORTABLE=1 cargo test --release
//! ```
//!
//! Subsets, coverage and counts are the same either way. Trained weights may differ in their last bits,
//! because the paths of edge-popup round differently. The variable does not reach the products of dense
//! matrices: `gemm` asks the processor by itself.

use std::sync::LazyLock;

/// The environment variable that makes every kernel take its portable path, unless it is empty or 0.
pub const PORTABLE: &str = "TICKETLAB_PORTABLE";

/// The instruction sets that some kernel asks for: whether they may be used. Other processors than
/// x86-64 have none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Features {
    /// Vectors of 256 bits.
    pub avx2: bool,
    /// Products and sums with one rounding.
    pub fma: bool,
    /// Vectors of 512 bits.
    pub avx512f: bool,
    /// AVX-512 over bytes and words.
    pub avx512bw: bool,
    /// AVX-512 with products of 64-bit numbers, among others.
    pub avx512dq: bool,
    /// AVX-512 with permutations of bytes.
    pub avx512vbmi: bool,
    /// AVX-512 with counts of bits.
    pub avx512vpopcntdq: bool,
    /// Shifts that leave the flags alone, among others.
    pub bmi2: bool,
    /// Counts of bits.
    pub popcnt: bool,
}

impl Features {
    /// What the processor has, or nothing if the value of [`PORTABLE`] says so.
    fn allowed(portable: Option<&str>) -> Features {
        match portable {
            None | Some("" | "0") => Features::detected(),
            // No field is set, so every kernel takes its portable path.
            Some(_) => Features::default(),
        }
    }

    #[cfg(target_arch = "x86_64")]
    fn detected() -> Features {
        Features {
            avx2: is_x86_feature_detected!("avx2"),
            fma: is_x86_feature_detected!("fma"),
            avx512f: is_x86_feature_detected!("avx512f"),
            avx512bw: is_x86_feature_detected!("avx512bw"),
            avx512dq: is_x86_feature_detected!("avx512dq"),
            avx512vbmi: is_x86_feature_detected!("avx512vbmi"),
            avx512vpopcntdq: is_x86_feature_detected!("avx512vpopcntdq"),
            bmi2: is_x86_feature_detected!("bmi2"),
            popcnt: is_x86_feature_detected!("popcnt"),
        }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn detected() -> Features {
        Features::default()
    }
}

/// The instructions that kernels may use. The variable is read once, so the answer never changes while
/// a program runs.
pub fn features() -> Features {
    static ALLOWED: LazyLock<Features> = LazyLock::new(|| {
        let value = std::env::var_os(PORTABLE);
        // What is no text is not empty either.
        Features::allowed(value.as_deref().map(|value| value.to_str().unwrap_or("1")))
    });
    *ALLOWED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_switches_everything_off_unless_it_is_empty_or_0() {
        for value in ["1", "yes", "00"] {
            assert_eq!(Features::allowed(Some(value)), Features::default());
        }
        for value in [None, Some(""), Some("0")] {
            assert_eq!(Features::allowed(value), Features::detected());
        }
    }

    #[test]
    fn a_program_sees_the_variable_that_it_was_started_with() {
        let value = std::env::var(PORTABLE).ok();
        assert_eq!(features(), Features::allowed(value.as_deref()));
    }

    /// The test above, once more in a process that has the variable and in one that has not.
    #[test]
    fn every_process_reads_the_variable() {
        let test = "cpu::tests::a_program_sees_the_variable_that_it_was_started_with";
        for value in ["1", "0"] {
            let mut command = std::process::Command::new(std::env::current_exe().unwrap());
            let output = command.args(["--exact", test]).env(PORTABLE, value);
            let output = output.output().unwrap();
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(
                output.status.success() && said.contains("1 passed"),
                "{said}"
            );
        }
    }
}
