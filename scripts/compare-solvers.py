#!/usr/bin/env python3
"""The same subset-sum instances through every solver: equal optima, and the time that each one takes.

    python3 scripts/compare-solvers.py [--out results/compare-solvers.csv] [--quick]

Instances follow the law of the paper's Experiment 1: n coefficients uniform on [-0.464, 0.541] and a weight
close to normal with standard deviation 0.03, all of them multiples of 2^-23, so that every optimum is an integer
and can be compared exactly. Each solver runs on one thread and is timed around the search alone.

The script makes a virtual environment with pinned versions (scripts/.venv/compare-solvers) and builds the binary
`subset-sum`. Gurobi runs with pip's restricted licence, or with yours where one is found; without any it is left
out, and the table says so.
"""

import argparse
import concurrent.futures
import csv
import functools
import multiprocessing
import random
import subprocess
import sys
import time
from pathlib import Path

import environment

ROOT = Path(__file__).resolve().parent.parent
PINNED = ["numpy==2.4.6", "ortools==9.15.6755", "highspy==1.15.1", "gurobipy==13.0.3"]
STEPS = 1 << 23  # steps of 2^-23 in 1

# Instances for each n: the slow solvers take the first few, the fast ones all.
SLOW = {15: 30, 21: 15}
NUMPY = 1000
FAST = 100_000
QUICK = {"slow": 3, "numpy": 50, "fast": 2000}


def instances(n, count):
    """Pairs (target, candidates) in steps of 2^-23."""
    draw = random.Random(n)
    low, high = round(-0.464 * STEPS), round(0.541 * STEPS)
    for _ in range(count):
        # Twelve uniforms on [-1/2, 1/2] have variance 1.
        target = round(sum(draw.random() - 0.5 for _ in range(12)) * 0.03 * STEPS)
        yield target, [draw.randint(low, high) for _ in range(n)]


def chosen_error(target, candidates, chosen):
    """Exact error of a solver's subset, given as one truth value a candidate."""
    return abs(sum(a for a, take in zip(candidates, chosen) if take) - target)


def ours(problems):
    """The binary: errors in steps and microseconds an instance."""
    lines = (f"{t / STEPS!r}: {' '.join(repr(a / STEPS) for a in c)}\n" for t, c in problems)
    command = [ROOT / "target/release/subset-sum", "--time"]
    done = subprocess.run(command, input="".join(lines), capture_output=True, text=True, check=True)
    steps = 1 << (46 - 23)
    errors = [int(row["error_units"]) // steps for row in csv.DictReader(done.stdout.splitlines())]
    return errors, float(done.stderr.split(",")[1].split()[0])


def timed(solve, problems):
    """Runs a solver on every problem: errors in steps and microseconds an instance."""
    errors, spent = [], 0.0
    for target, candidates in problems:
        seconds, error = solve(target, candidates)
        errors.append(error)
        spent += seconds
    return errors, 1e6 * spent / len(problems)


def numpy_meet_in_the_middle(target, candidates):
    import numpy as np

    started = time.perf_counter()
    halves = []
    for half in (candidates[: len(candidates) // 2], candidates[len(candidates) // 2 :]):
        sums = np.zeros(1, dtype=np.int64)
        for a in half:
            sums = np.concatenate([sums, sums + a])
        halves.append(sums)
    low, high = halves[0], np.sort(halves[1])
    missing = target - low
    at = np.searchsorted(high, missing)
    above = np.abs(high[np.minimum(at, len(high) - 1)] - missing)
    below = np.abs(high[np.maximum(at - 1, 0)] - missing)
    error = int(min(above.min(), below.min()))
    return time.perf_counter() - started, error


def cp_sat(target, candidates):
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    take = [model.new_bool_var(f"x{i}") for i in range(len(candidates))]
    reach = sum(abs(a) for a in candidates) + abs(target)
    error = model.new_int_var(0, reach, "error")
    total = sum(a * x for a, x in zip(candidates, take))
    model.add(total - target <= error)
    model.add(target - total <= error)
    model.minimize(error)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    started = time.perf_counter()
    solver.solve(model)
    seconds = time.perf_counter() - started
    return seconds, chosen_error(target, candidates, [solver.value(x) for x in take])


def highs(target, candidates):
    import highspy

    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("mip_abs_gap", 0.0)
    take = [model.addBinary() for _ in candidates]
    error = model.addVariable(lb=0)
    total = sum(a / STEPS * x for a, x in zip(candidates, take))
    model.addConstr(total - error <= target / STEPS)
    model.addConstr(total + error >= target / STEPS)
    started = time.perf_counter()
    model.minimize(error)
    seconds = time.perf_counter() - started
    values = model.getSolution().col_value[: len(candidates)]
    return seconds, chosen_error(target, candidates, [value > 0.5 for value in values])


@functools.cache
def gurobi_environment():
    """Gurobi with one thread; raises where no licence is found."""
    import gurobipy

    return gurobipy.Env(params={"OutputFlag": 0, "Threads": 1})


def gurobi_problem():
    """Why Gurobi cannot run here, or None."""
    try:
        gurobi_environment()
    except Exception as error:
        return str(error).splitlines()[0]


def gurobi(target, candidates):
    """The paper's model with the paper's settings: MIPGap 0.01 and |error| <= 0.01."""
    import gurobipy

    model = gurobipy.Model(env=gurobi_environment())
    model.Params.MIPGap = 0.01
    take = model.addVars(len(candidates), vtype=gurobipy.GRB.BINARY)
    error = model.addVar(lb=0, ub=0.01)
    total = gurobipy.quicksum(a / STEPS * take[i] for i, a in enumerate(candidates))
    model.addConstr(total - target / STEPS <= error)
    model.addConstr(target / STEPS - total <= error)
    model.setObjective(error, gurobipy.GRB.MINIMIZE)
    started = time.perf_counter()
    model.optimize()
    seconds = time.perf_counter() - started
    if model.SolCount == 0:
        return seconds, None  # no subset within 0.01
    return seconds, chosen_error(target, candidates, [x.X > 0.5 for x in take.values()])


def apart(function, *arguments):
    """Calls a function in a process of its own: the solvers' libraries cannot share one."""
    spawn = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=spawn) as process:
        return process.submit(function, *arguments).result()


def compare(n, counts, with_gurobi):
    """One row a solver."""
    problems = list(instances(n, counts["fast"]))
    best, microseconds = ours(problems)
    rows = [row("ticketlab", n, best, best, microseconds, microseconds)]
    slow = counts["slow"]
    rivals = [
        ("numpy, meet in the middle", numpy_meet_in_the_middle, counts["numpy"]),
        ("OR-tools CP-SAT", cp_sat, slow),
        ("HiGHS", highs, slow),
    ]
    if with_gurobi:
        rivals.append(("Gurobi, the paper's model", gurobi, slow))
    for name, solve, count in rivals:
        errors, of_rival = apart(timed, solve, problems[:count])
        rows.append(row(name, n, errors, best, of_rival, microseconds))
    return rows


def row(name, n, errors, best, microseconds, ours_microseconds):
    if any(error is not None and error < optimum for error, optimum in zip(errors, best)):
        sys.exit(f"{name} found a better subset at n = {n}: the search of ticketlab is wrong")
    return {
        "solver": name,
        "n": n,
        "instances": len(errors),
        "optimal": sum(error == optimum for error, optimum in zip(errors, best)),
        "microseconds": f"{microseconds:.3g}",
        "times_ticketlab": f"{microseconds / ours_microseconds:.3g}",
    }


def print_table(rows):
    print("| " + " | ".join(rows[0]) + " |")
    print("|" + "---|" * len(rows[0]))
    for line in rows:
        print("| " + " | ".join(str(value) for value in line.values()) + " |")


def main():
    environment.enter(__file__, PINNED)
    flags = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    flags.add_argument("--out", type=Path, default=ROOT / "results/compare-solvers.csv")
    flags.add_argument("--quick", action="store_true", help="few instances, to see that it works")
    flags = flags.parse_args()
    cargo = ["cargo", "build", "--release", "--quiet", "--bin", "subset-sum"]
    subprocess.run(cargo, cwd=ROOT, check=True)
    reason = apart(gurobi_problem)
    if reason:
        print(f"Gurobi left out: {reason}", file=sys.stderr)
    rows = []
    for n, slow in SLOW.items():
        counts = QUICK if flags.quick else {"slow": slow, "numpy": NUMPY, "fast": FAST}
        rows += compare(n, counts, reason is None)
    print_table(rows)
    flags.out.parent.mkdir(parents=True, exist_ok=True)
    with flags.out.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    exact = [r for r in rows if r["solver"] in ("numpy, meet in the middle", "OR-tools CP-SAT")]
    if any(r["optimal"] != r["instances"] for r in exact):
        sys.exit("an exact solver missed an optimum")


if __name__ == "__main__":
    main()
