//! Verdicts on rows that are made up to support, contradict or lack what is claimed.

use crate::MadeUp;
use baselines::constructions::Construction::{
    self, Gadget, MalachClosest, MalachProof, Orseau, OrseauUniform, PooledGadget,
};
use lab::claims::Verdict::{self, Contradicted, Inconclusive, Supported};
use lab::judge;

fn verdict(id: &str, rows: &MadeUp) -> Option<Verdict> {
    let folder = rows.written();
    let judgements = judge(&baselines::Experiment, folder.path()).unwrap();
    let found = judgements.into_iter().find(|found| found.claim.id == id);
    found.expect(id).evidence.map(|evidence| evidence.verdict)
}

#[test]
fn rows_of_another_construction_give_no_verdict() {
    let other = MadeUp::new().constant(PooledGadget, |bits| bits);
    for id in ["BL-1.1", "BL-1.2", "BL-2.1", "BL-2.2", "BL-2.3", "BL-3.1"] {
        assert_eq!(verdict(id, &other), None, "{id}");
    }
}

#[test]
fn powers_of_the_tolerance_are_held_against_their_exponents() {
    for (id, construction, exponent) in [
        ("BL-1.1", MalachProof, 2.0),
        ("BL-1.2", MalachClosest, 1.0),
        ("BL-2.2", OrseauUniform, 1.0),
    ] {
        let rows = |exponent: f64| {
            MadeUp::new().constant(construction, |bits| 9.0 * (exponent * bits).exp2())
        };
        assert_eq!(verdict(id, &rows(exponent)), Some(Supported), "{id}");
        assert_eq!(
            verdict(id, &rows(exponent - 0.4)),
            Some(Contradicted),
            "{id}"
        );
    }
}

#[test]
fn a_collector_of_coupons_is_polylogarithmic_and_a_power_is_not() {
    let collector = MadeUp::new().constant(Orseau, |bits| 6.0 * bits * (3.0 * bits).ln());
    assert_eq!(verdict("BL-2.1", &collector), Some(Supported));
    let power = MadeUp::new().constant(Orseau, |bits| 60.0 * (0.3 * bits).exp2());
    assert_eq!(verdict("BL-2.1", &power), Some(Contradicted));
    let square = MadeUp::new().constant(Orseau, |bits| bits * bits);
    assert_eq!(verdict("BL-2.1", &square), Some(Contradicted));
}

#[test]
fn a_remainder_above_the_last_golden_interval_is_a_violation() {
    let mut rows = MadeUp::new().constant(Orseau, |bits| bits);
    assert_eq!(verdict("BL-2.3", &rows), Some(Supported));
    // At tolerance 1/2 two intervals leave gamma^2 = 0.382.
    rows.rows[0].largest_error = 0.383;
    assert_eq!(verdict("BL-2.3", &rows), Some(Contradicted));
    rows.rows[0].largest_error = 0.381;
    assert_eq!(verdict("BL-2.3", &rows), Some(Supported));
}

#[test]
fn the_gadget_must_take_fewer_units_than_each_earlier_construction() {
    let rows = |orseau: f64| {
        MadeUp::new()
            .constant(Gadget, |bits| 4.0 * bits)
            .constant(MalachProof, |bits| (2.0 * bits).exp2())
            .constant(Orseau, move |bits| orseau * bits)
    };
    assert_eq!(verdict("BL-3.1", &rows(9.0)), Some(Supported));
    assert_eq!(verdict("BL-3.1", &rows(3.0)), Some(Contradicted));
}

fn gadgets(units: impl Fn(f64) -> f64) -> MadeUp {
    MadeUp::new()
        .constant(Gadget, |bits| 2.0 * units(bits))
        .constant(PooledGadget, &units)
}

#[test]
fn subset_sums_cost_two_or_four_units_a_bit_everywhere() {
    assert_eq!(
        verdict("UB-5.1", &gadgets(|bits| 6.0 + 2.2 * bits)),
        Some(Supported)
    );
    assert_eq!(
        verdict("UB-5.1", &gadgets(|bits| 6.0 + 3.0 * bits)),
        Some(Contradicted)
    );
    // On average 2 a bit, but growing.
    let curved = gadgets(|bits| 0.08 * bits * bits);
    assert_eq!(verdict("UB-5.1", &curved), Some(Contradicted));
}

#[test]
fn few_scattered_runs_decide_nothing() {
    let mut rows = MadeUp::new();
    let construction: Construction = MalachProof;
    for bits in [3, 8] {
        let typical = 4_u64.pow(bits);
        let runs: Vec<(u64, u64)> = (1..40).map(|part| (typical * part / 10, 1)).collect();
        rows.add(construction, bits, &runs);
    }
    assert_eq!(verdict("BL-1.1", &rows), Some(Inconclusive));
}
