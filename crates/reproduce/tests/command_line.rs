//! `reproduce` as a stranger meets it: rows, figures, a ticket and a table; nothing to do the second time.

use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const PRESET: &str = "seed = 1\n[mnist-approximation]\ncoefficients = ['per-row']\n\
                      candidates = [5, 8]\ntolerances = [0.01]\n\
                      histogram-tolerance = 0.01\nreplicates = 1\n\
                      [mnist-theorem]\nstarts = 1\nsteps = 2\nnetworks = [{ gadget = 'paper', \
                      nonnegative-inputs = 'nowhere', units = 6, candidates = [4], replicates = 1 }]\n\
                      [coverage]\nradii = [1.0]\n\
                      exact = [{ laws = ['uniform'], from = 7, to = 8, trials = 20 }]\n\
                      [baselines]\nmost-units = 1000\n\
                      measured = [{ constructions = ['gadget'], weights = [0.5], from = 7, to = 8, runs = 20 }]\n\
                      [construction]\nmost-units = 100\n\
                      drawing = { weight = 0.6, epsilon = 0.1, units = 8 }\n\
                      weights = [{ from = 2, to = 3, instances = 20 }]\n\
                      columns = []\n\
                      networks = [{ widths = [2], depths = [1], gadgets = ['paper'], splits = ['entrywise'], epsilons = [0.5], replicates = 2, pruned = 1, compared = 1 }]\n\
                      [mnist-pruning]\nsweeps = [{ architectures = ['fc2'], models = ['wide'], \
                      variants = ['paper'], sparsities = [0.5], epochs = [1], seeds = [1] }]\n\
                      [lower-bound]\n\
                      constructions = [{ widths = [1], from = 4, to = 4, step = 1, runs = 20 }]\n";

fn reproduce(folder: &Path, arguments: &[&str]) -> Output {
    let file = folder.join("small.toml");
    std::fs::write(&file, PRESET).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_reproduce"));
    command
        .current_dir(folder)
        .arg("--preset")
        .arg(file)
        .args(arguments);
    command.output().unwrap()
}

#[test]
fn rows_figures_and_a_table_come_out_once() {
    let folder = TempDir::new().unwrap();
    let first = reproduce(folder.path(), &[]);
    assert!(
        first.status.success(),
        "{}",
        String::from_utf8_lossy(&first.stderr)
    );
    let results = folder.path().join("results/small");
    for file in [
        "mnist-approximation.csv",
        "mnist-approximation.meta.json",
        "mnist-approximation.ticket.safetensors",
        "mnist-theorem.csv",
        "mnist-theorem-layers.csv",
        "mnist-theorem.ticket.safetensors",
        "coverage.csv",
        "coverage.meta.json",
        "baselines.csv",
        "baselines-histogram.csv",
        "construction-weights.csv",
        "construction-gadget.csv",
        "construction-networks.csv",
        "lower-bound-construction.csv",
        "mnist-pruning.csv",
        "mnist-pruning-epochs.csv",
        "figures",
        "report.html",
    ] {
        assert!(results.join(file).exists(), "no {file}");
    }
    let svg = std::fs::read_to_string(results.join("figures/mnist-approximation-accuracy.svg"));
    assert!(svg.unwrap().contains("</svg>"));
    let said = String::from_utf8_lossy(&first.stdout).into_owned();
    assert!(
        [
            "per row, closest",
            "paper, nowhere",
            "counting floor",
            "the paper's gadget",
            "lower bound",
            "weights left"
        ]
        .iter()
        .all(|part| said.contains(part)),
        "{said}"
    );

    let again = reproduce(folder.path(), &[]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("nothing to do"));
    assert_eq!(first.stdout, again.stdout);
    let list = reproduce(folder.path(), &["--list"]);
    assert_eq!(
        String::from_utf8_lossy(&list.stdout)
            .matches("done\t")
            .count(),
        16
    );
}
