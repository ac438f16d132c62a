#!/usr/bin/env python3
"""The tables of a results folder as data frames, and one figure drawn from them.

    python3 scripts/load.py [results/paper] [--figure worst-error.png]

prints name, rows and columns of every table. As a module, `load("results/paper")` gives a dictionary of frames, of
pandas if it is installed and otherwise of polars; docs/src/formats/tables.md says what the columns mean. The command makes a
virtual environment with pinned versions (scripts/.venv/load) where something is missing.
"""

import argparse
import importlib.util
import sys
from pathlib import Path

import environment

PAPER = Path(__file__).resolve().parent.parent / "results/paper"
PINNED = ["matplotlib==3.11.2", "pandas==3.1.1"]

# Columns of text that may look like numbers.
TEXT = {"mnist-pruning": "frozen", "lower-bound-construction": "target", "lower-bound-tickets": "target"}


def has(package):
    return importlib.util.find_spec(package) is not None


def load(folder=PAPER):
    """The tables of a results folder by name. What is empty in a file is missing in a frame."""
    read = read_with_pandas if has("pandas") else read_with_polars
    return {path.stem: read(path, TEXT.get(path.stem)) for path in sorted(Path(folder).glob("*.csv"))}


def read_with_pandas(path, text):
    import pandas

    types = {text: "string"} if text else None
    # Nothing but an empty cell is missing, not the words that pandas takes for it too.
    missing = {"keep_default_na": False, "na_values": [""]}
    return pandas.read_csv(path, dtype=types, dtype_backend="numpy_nullable", **missing)


def read_with_polars(path, text):
    import polars

    types = {text: polars.String} if text else None
    return polars.read_csv(path, schema_overrides=types, infer_schema_length=None)


def median_worst_errors(coverage, radius=1.0):
    """For each law the pairs (n, median worst error over [-radius, radius]), rounded up by 4.5 % at most.

    That is the smallest tolerance at which at most half of the instances fail, known where more fail at the next one,
    2^(-1/16) of it. Some n have a few tolerances only.
    """
    names = ["law", "radius", "candidates", "tolerance", "trials", "reach", "edge_gap", "inner_gap", "undecided"]
    enough, too_small = {}, {}
    for law, at, n, tolerance, trials, *failures in zip(*(coverage[name].to_list() for name in names)):
        if at != radius:
            continue
        if 2 * sum(failures) <= trials:
            enough[law, n] = min(tolerance, enough.get((law, n), tolerance))
        else:
            too_small[law, n] = max(tolerance, too_small.get((law, n), tolerance))
    medians = {}
    for (law, n), tolerance in sorted(enough.items()):
        if too_small.get((law, n), 0) > 0.95 * tolerance:
            medians.setdefault(law, []).append((n, tolerance))
    return medians


def figure(frames):
    """The median worst error against the number of random numbers, as a figure of matplotlib."""
    from matplotlib.figure import Figure

    drawing = Figure(figsize=(7, 4.5), layout="constrained")
    axes = drawing.add_subplot()
    medians = median_worst_errors(frames["coverage"])
    for (law, points), marker in zip(medians.items(), "osD^v"):
        axes.plot(*zip(*points), marker=marker, markersize=4, label=law)
    numbers = sorted({n for points in medians.values() for n, _ in points})
    axes.plot(numbers, [2.0**-n for n in numbers], "k:", label="bound by counting, $2^{-n}$")
    axes.set(yscale="log", xlabel="random numbers n", ylabel="worst error over [-1, 1], median")
    axes.set_title("How far the worst target is from every subset sum of n random numbers", fontsize="medium")
    axes.grid(alpha=0.3)
    axes.legend(title="law", frameon=False)
    return drawing


def main():
    flags = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    flags.add_argument("folder", type=Path, nargs="?", default=PAPER, help="a results folder [default: results/paper]")
    flags.add_argument("--figure", metavar="FILE", help="draw the worst errors of coverage.csv: PNG, SVG or PDF")
    flags = flags.parse_args()
    if not (has("pandas") or has("polars")) or flags.figure and not has("matplotlib"):
        environment.enter(__file__, PINNED)
    try:
        frames = load(flags.folder)
    except Exception as error:  # pandas and polars have errors of their own
        fail(f"{flags.folder}: holds a CSV file that cannot be read: {one_line(error)}")
    if not frames:
        fail(f"{flags.folder}: has no CSV files: name the folder that --out named for an experiment")
    for name, frame in frames.items():
        print(f"{name}: {len(frame)} rows; {', '.join(frame.columns)}")
    if flags.figure and "coverage" not in frames:
        fail(f"{flags.folder}: has no coverage.csv to draw: run cargo run --release --bin coverage")
    if flags.figure:
        try:
            figure(frames).savefig(flags.figure, dpi=150)
        except (OSError, ValueError) as error:
            fail(f"--figure {flags.figure}: {one_line(error)}")
        except Exception as error:  # a column is missing, or holds something else
            fail(f"{flags.folder}: coverage.csv cannot be drawn: {one_line(error)}")


def one_line(error):
    return " ".join(repr(error).split()) if isinstance(error, KeyError) or not str(error) else str(error).splitlines()[0]


def fail(message):
    print(message, file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    main()
