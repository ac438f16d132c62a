//! Verdicts: an experiment's claims, held against the rows of a results folder.

use crate::Experiment;
use crate::claims::{Claim, Evidence, Verdict};
use crate::meta::Meta;
use crate::statistics::Interval;
use anyhow::{Context, Result};
use std::path::Path;

/// A claim with what the rows of a folder say of it: nothing if they are not there.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// The name of the experiment whose claim it is.
    pub experiment: &'static str,
    /// The claim.
    pub claim: Claim,
    /// What the rows say.
    pub evidence: Option<Evidence>,
    /// What they are about, if the claim is not about it: then there is no evidence.
    pub subject: Option<String>,
}

impl Judgement {
    /// What the rows say, in a word.
    pub fn verdict(&self) -> Option<Verdict> {
        self.evidence.as_ref().map(|evidence| evidence.verdict)
    }

    /// The interval of the figure that was tested, if there is one.
    pub fn interval(&self) -> Option<Interval> {
        self.evidence.as_ref()?.interval
    }

    /// Whether the rows contradict what was expected to hold.
    pub fn is_surprise(&self) -> bool {
        self.verdict() == Some(Verdict::Contradicted)
            && self.claim.expected != Verdict::Contradicted
    }
}

/// Holds the rows of a results folder against the claims of an experiment, each at its own level.
///
/// # Errors
/// Rows that cannot be read.
pub fn judge(experiment: &dyn Experiment, results: &Path) -> Result<Vec<Judgement>> {
    let name = experiment.about().name;
    // Rows that are damaged or gone are no rows that were never made.
    if let Some(meta) = Meta::read(results, name)? {
        meta.check(results)?;
    }
    let subject = experiment.subject(results)?;
    let judgements = experiment.claims().into_iter().map(|claim| {
        let evidence = match subject {
            None => (claim.judge)(results, claim.level()),
            Some(_) => Ok(None),
        };
        let evidence = evidence.with_context(|| format!("claim {}", claim.id))?;
        Ok(Judgement {
            experiment: name,
            claim,
            evidence,
            subject: subject.clone(),
        })
    });
    judgements.collect()
}
