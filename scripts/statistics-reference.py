#!/usr/bin/env python3
"""Reference values for the laboratory's statistics: crates/lab/tests/statistics-reference.csv.

    python3 scripts/statistics-reference.py

Binomial tails, their inverses and least squares are computed with 40 digits (mpmath), since scipy loses digits at large
counts; scipy must agree with them as far as it goes. Student's law and that of Kolmogorov and Smirnov are scipy's.
A line is a question, its arguments in order, and the answer. Levels and probabilities are meant as the f64
that their text denotes. It takes three to six minutes.
"""

import random
import sys
from pathlib import Path

import environment

PINNED = ["mpmath==1.4.1", "numpy==2.4.6", "scipy==1.17.1"]
OUT = Path(__file__).resolve().parent.parent / "crates/lab/tests/statistics-reference.csv"
LEVELS = [0.5, 0.95, 0.999999999]

# Failures and trials; None is answered at one level only, since a sum over 1e10 trials is slow in Python.
COUNTS = [(k, n) for n in (1, 2, 10, 200, 10**4, 10**7, 10**10) for k in sorted({0, 1, 3, n - 1, n}) if k <= n]
COUNTS += [(12, 200), (57, 100), (5000, 10**4), (123456, 10**6)]
SLOW = [(5 * 10**9, 10**10)]

# Failures, trials and delta: the middle, far tails down to 1e-300, and many trials.
TESTS = [
    (0, 1, 0.5), (0, 299, 0.01), (12, 200, 0.1), (13, 200, 0.1), (4, 200, 0.05), (10, 200, 0.9), (3, 1000, 0.05),
    (5000, 10**4, 0.51), (100, 10**4, 0.012), (250, 10**4, 0.012), (490_000, 10**6, 0.5), (481_500, 10**6, 0.5),
    (518_500, 10**6, 0.5), (3, 10**7, 3e-7), (0, 10**7, 6.9e-5), (200, 10**9, 1e-6), (1660, 10**9, 1e-6),
    (0, 10**10, 1e-9), (1, 10**10, 2e-11), (3, 10**10, 5e-8), (1000, 10**10, 1.1e-7), (999_990_000, 10**9, 0.99999),
    (10**9 - 10**5, 10**10, 0.1), (10**9 - 10**6, 10**10, 0.1),
]


def tail(k, n, p, q):
    """P(X <= k) for X ~ Binomial(n, p), q = 1 - p, k below the mean: the sum of point probabilities."""
    log_point = mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1) + k * mp.log(p) + (n - k) * mp.log(q)
    term, total, odds = mp.mpf(1), mp.mpf(1), q / p
    while k > 0 and term > total * mp.mpf("1e-30"):
        term *= k * odds / (n - k + 1)
        total += term
        k -= 1
    return mp.exp(log_point) * total


def lower(k, n, p):
    """P(X <= k) with 25 digits and more, and a check that scipy sees the same."""
    p = mp.mpf(p)
    if k >= n:
        return mp.mpf(1)
    below_mean = k < n * p
    found = tail(k, n, p, 1 - p) if below_mean else 1 - tail(n - k - 1, n, 1 - p, p)
    rough = special.betaincc(k + 1, n - k, float(p)) if p < 0.5 else special.betainc(n - k, k + 1, float(1 - p))
    if found > 1e-300 and abs(rough / found - 1) > 1e-14 * n + 1e-11:
        sys.exit(f"scipy has {rough} for P(X <= {k}; {n}, {p}), not {mp.nstr(found, 17)}")
    return found


def upper(k, n, p):
    return mp.mpf(1) if k == 0 else lower(n - k, n, 1 - mp.mpf(p))


def bound_above(k, n, error):
    """The p with P(X <= k) = error."""
    if k == n:
        return mp.mpf(1)
    if k == 0:
        return -mp.expm1(mp.log(error) / n)
    p, q = special.betainccinv(k + 1, n - k, float(error)), special.betaincinv(n - k, k + 1, float(error))
    return root(lambda p: mp.log(lower(k, n, p) / error), p, q)


def bound_below(k, n, error):
    """The p with P(X >= k) = error, a mirrored bound from above."""
    if k == 0:
        return mp.mpf(0)
    if k == n:
        return mp.exp(mp.log(error) / n)
    p, q = special.betaincinv(k, n - k + 1, float(error)), special.betainccinv(n - k + 1, k, float(error))
    return root(lambda p: mp.log(upper(k, n, p) / error), p, q)


def root(function, p, q):
    """The zero of a function of a probability near p = 1 - q, by its log odds, so that no step leaves (0, 1)."""
    p, q = mp.mpf(float(p)), mp.mpf(float(q))
    start = mp.log(p / (1 - p)) if p < q else mp.log((1 - q) / q)
    odds = mp.findroot(lambda t: function(1 / (1 + mp.exp(-t))), (start, start + mp.mpf("1e-9")), tol=1e-24)
    return 1 / (1 + mp.exp(-odds))


def proportions():
    for k, n in COUNTS + SLOW:
        for level in LEVELS if (k, n) not in SLOW else LEVELS[1:2]:
            error = 1 - mp.mpf(level)
            yield "upper-bound", [k, n, level], bound_above(k, n, error)
            yield "lower-bound", [k, n, level], bound_below(k, n, error)
            yield "interval-high", [k, n, level], bound_above(k, n, error / 2)
            yield "interval-low", [k, n, level], bound_below(k, n, error / 2)
    for k, n, delta in TESTS:
        yield "supporting", [k, n, delta], lower(k, n, delta)
        yield "contradicting", [k, n, delta], upper(k, n, delta)


def ranks():
    """Order statistics by going through all ranks, and sample sizes by going through all sizes."""
    for n in (50, 299, 1000, 2000):
        for quantile in (0.01, 0.5, 0.9, 0.99):
            for level in (0.9, 0.95, 0.999):
                error = 1 - mp.mpf(level)
                low = [r for r in range(1, n + 1) if lower(r - 1, n, quantile) <= error]
                high = [r for r in range(1, n + 1) if upper(r, n, quantile) <= error]
                yield "lower-rank", [n, quantile, level], max(low, default=0)
                yield "upper-rank", [n, quantile, level], min(high, default=0)
    for delta in (0.3, 0.05, 0.01, 0.002):
        for level in (0.8, 0.95, 0.999):
            error = 1 - mp.mpf(level)
            n = next(n for n in range(1, 10**5) if (1 - mp.mpf(delta)) ** n <= error)
            yield "trials-to-support", [delta, level], n


def students():
    for degrees in (1, 2, 3, 5, 30, 1000, 99_999, 100_000, 10**7, 10**10):
        for level in (0.5, 0.95, 0.999, 1 - 1e-9):
            yield "student", [degrees, level], stats.t.isf((1 - level) / 2, degrees)
    draw = random.Random(1)
    for size in (2, 7, 40):
        sample = [round(draw.gauss(9.4, 0.9), 3) for _ in range(size)]
        low, high = stats.t.interval(0.95, size - 1, np.mean(sample), stats.sem(sample))
        yield "mean-low", sample, low
        yield "mean-high", sample, high


def regressions():
    """Rows of predictors, response and weight; the answer of every coefficient from the normal equations."""
    draw = random.Random(2)
    for predictors, size, shift in ((1, 3, 0), (1, 9, 1000), (2, 4, 0), (2, 25, 50)):
        rows = []
        for _ in range(size):
            x = [round(shift + draw.uniform(0, 20), 2) for _ in range(predictors)]
            weight = draw.choice([1, 40, 250, 1000])
            rows.append(x + [round(1.14 * sum(x) + draw.gauss(3, 30 / weight**0.5), 2), weight])
        design = mp.matrix([[1, *map(mp.mpf, row[:predictors])] for row in rows])
        response = mp.matrix([mp.mpf(row[-2]) for row in rows])
        weights = mp.diag([row[-1] for row in rows])
        inverse = (design.T * weights * design) ** -1
        fit = inverse * (design.T * weights * response)
        residuals = response - design * fit
        variance = (residuals.T * weights * residuals)[0] / (size - predictors - 1)
        mean = sum(row[-1] * y for row, y in zip(rows, response)) / sum(row[-1] for row in rows)
        total = sum(row[-1] * (y - mean) ** 2 for row, y in zip(rows, response))
        where = mp.matrix([1, *[shift + 12.5] * predictors])
        flat = [value for row in rows for value in row]
        name = f"regression-{predictors}"
        for i in range(predictors + 1):
            yield f"{name}-value-{i}", flat, fit[i]
            yield f"{name}-error-{i}", flat, mp.sqrt(variance * inverse[i, i])
        yield f"{name}-at-value", [shift + 12.5, *flat], (where.T * fit)[0]
        yield f"{name}-at-error", [shift + 12.5, *flat], mp.sqrt(variance * (where.T * inverse * where)[0])
        yield f"{name}-residual-error", flat, mp.sqrt(variance)
        yield f"{name}-r-squared", flat, 1 - variance * (size - predictors - 1) / total


def distances():
    draw = random.Random(3)
    for size in (1, 4, 25):
        sample = [round(draw.expovariate(1), 3) for _ in range(size)]
        yield "distance", sample, stats.kstest(sample, "expon").statistic
    for n in (1, 2, 5, 8, 20, 100, 1000, 10_000):
        for p in (0.99, 0.5, 0.2, 0.05, 0.01, 1e-4, 1e-9):
            d = round(float(stats.kstwo.isf(p, n)), 6)
            yield "distance-p-value", [n, d], stats.kstwo.sf(d, n)


def text(value):
    return str(value) if isinstance(value, int) else repr(float(value))


def main():
    environment.enter(__file__, PINNED)
    global mp, np, special, stats
    import mpmath
    import numpy as np
    from scipy import special, stats

    mp = mpmath.mp
    mp.dps = 40
    lines = [
        f"# Made by scripts/statistics-reference.py with {', '.join(PINNED)}.",
        "# Levels and probabilities are meant as the f64 nearest to their text.",
        "question,arguments,answer",
    ]
    for part in (proportions, ranks, students, regressions, distances):
        for question, arguments, answer in part():
            lines.append(f"{question},{' '.join(map(text, arguments))},{text(answer)}")
    OUT.write_text("\n".join(lines) + "\n", newline="\n")


if __name__ == "__main__":
    main()
