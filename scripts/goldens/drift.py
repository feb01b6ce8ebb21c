"""Goldens of packages/engine/src/learning/drift from SciPy and, for the binned distances, Evidently's own functions.

Usage: python scripts/goldens/drift.py    (needs scipy, numpy, pandas; `pip install --no-deps evidently` for the bins)
Writes drift/goldens/drift.json. Evidently's functions are loaded from their files, so that its many dependencies are not needed.
"""
import json
import math
import pathlib
import warnings

import numpy as np
import scipy
from scipy import stats
from scipy.spatial import distance

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parents[1] / "packages/engine/src/learning/drift/goldens/drift.json"
warnings.simplefilter("ignore")


def evidently():
    """get_binned_data and the Hellinger and discrepancy functions as Evidently has them; None without it."""
    import importlib.util

    found = importlib.util.find_spec("evidently")
    if found is None:
        return None
    import ast
    import enum
    from collections import Counter, defaultdict
    from typing import Any, DefaultDict, Optional, Set, Tuple

    import pandas as pd

    class ColumnType(enum.Enum):
        Numerical = "num"
        Categorical = "cat"

    folder = pathlib.Path(found.submodule_search_locations[0]) / "legacy/calculations/stattests"
    space = {**globals(), **locals(), "sqrt": math.sqrt}
    for name in ("utils", "hellinger_distance", "mmd_stattest"):
        tree = ast.parse((folder / f"{name}.py").read_text())
        tree.body = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        exec(compile(tree, name, "exec"), space)
    return space


EVIDENTLY = evidently()
rng = np.random.default_rng(11)


def rounded(values, digits=6):
    return np.round(values, digits)


def number_cases():
    yield "normal 50/60", rounded(rng.normal(size=50)), rounded(rng.normal(0.3, 1.2, 60))
    yield "equal sizes", rounded(rng.normal(size=80)), rounded(rng.normal(0.2, 1, 80))
    yield "few, no ties", rounded(rng.normal(size=7)), rounded(rng.normal(0.8, 1, 30))
    yield "six and eight", rounded(rng.normal(size=6)), rounded(rng.normal(1, 1, 8))
    yield "twelve and twenty", rounded(rng.normal(size=12)), rounded(rng.normal(0.5, 1, 20))
    yield "many ties", rng.poisson(4, 120).astype(float), rng.poisson(5, 150).astype(float)
    yield "lognormal", rounded(rng.lognormal(0, 1, 300), 4), rounded(rng.lognormal(0.25, 1, 200), 4)
    yield "same distribution", rounded(rng.normal(size=400)), rounded(rng.normal(size=350))
    yield "far apart", rounded(rng.normal(size=90)), rounded(rng.normal(3, 1, 70))
    yield "few values", rng.integers(0, 4, 60).astype(float), rng.integers(0, 5, 50).astype(float)
    yield "with zeros", np.where(rng.random(200) < 0.7, 0, rounded(rng.exponential(1, 200))), np.where(
        rng.random(180) < 0.6, 0, rounded(rng.exponential(1, 180)))


def category_cases():
    yield "two", rng.integers(0, 2, 90), (rng.random(70) < 0.6).astype(int)
    yield "five", rng.choice(5, 200, p=[.4, .3, .15, .1, .05]), rng.choice(5, 150, p=[.35, .3, .15, .1, .1])
    yield "new value", rng.choice(3, 100), rng.choice(4, 100)
    yield "value gone", rng.choice(4, 100), rng.choice(3, 120)
    yield "small two", np.array([0, 0, 0, 1, 1, 0, 0, 1]), np.array([1, 1, 1, 0, 1, 1, 0, 1, 1, 1])
    yield "rare", rng.choice(3, 12_000, p=[.9, .0999, .0001]), rng.choice(3, 9_000, p=[.88, .12, .0])


def binned(a, b, kind, fill=True):
    import pandas as pd

    column = EVIDENTLY["ColumnType"]("num" if kind == "number" else "cat")
    return EVIDENTLY["get_binned_data"](pd.Series(a), pd.Series(b), column, 30, fill)


def distances(a, b, kind):
    import pandas as pd

    p, q = binned(a, b, kind)
    p0, q0 = binned(a, b, kind, False)
    column = EVIDENTLY["ColumnType"]("num" if kind == "number" else "cat")
    return {
        "psi": np.sum((p - q) * np.log(p / q)),
        "kl_div": stats.entropy(p, q),
        "jensenshannon": distance.jensenshannon(p0, q0),
        "hellinger": EVIDENTLY["_hellinger_distance"](pd.Series(a), pd.Series(b), column, 0.1)[0],
        "l_infinity": np.max(np.abs(p0 - q0)),
    }


def discrepancy(a, b):
    kernel = EVIDENTLY["kernel_matrix"](a.reshape(-1, 1), b.reshape(-1, 1))
    kernel = kernel - np.diag(np.diagonal(kernel))
    return EVIDENTLY["mmd_2samp"](kernel, len(b))


def numbers(a, b):
    pair = lambda result: [float(result.statistic), float(result.pvalue)]
    found = {
        "ks": pair(stats.ks_2samp(a, b)),
        "mannw": pair(stats.mannwhitneyu(a, b)),
        "cramer_von_mises": pair(stats.cramervonmises_2samp(a, b)),
        "anderson": pair(stats.anderson_ksamp([a, b], variant="midrank")),
        "t_test": pair(stats.ttest_ind(a, b)),
        "wasserstein": [stats.wasserstein_distance(a, b) / max(np.std(a), 0.001), None],
        "ed": [stats.energy_distance(a, b), None],
        "empirical_mmd": [discrepancy(a, b), None],
        **{name: [value, None] for name, value in distances(a, b, "number").items()},
    }
    if min(len(a), len(b)) >= 5 and stats.iqr(np.concatenate([a, b])) > 0:
        found["es"] = pair(stats.epps_singleton_2samp(a, b))
    return found


def categories(a, b):
    keys = sorted(set(a) | set(b))
    count = lambda values: np.array([np.sum(values == key) for key in keys], dtype=float)
    expected, observed = count(a) * len(b) / len(a), count(b)
    pair = lambda result: [float(result[0]), float(result[1])]
    with np.errstate(all="ignore"):
        found = {
            "chisquare": pair(stats.chisquare(observed, expected)),
            "g_test": pair(stats.power_divergence(observed, expected, lambda_="log-likelihood")),
            "TVD": [0.5 * np.sum(np.abs(count(a) / len(a) - observed / len(b))), None],
            **{name: [value, None] for name, value in distances(a, b, "category").items()},
        }
    if len(keys) == 2:
        n, m = len(a), len(b)
        x, y = np.sum(a != keys[0]) / n, np.sum(b != keys[0]) / m
        pooled = (x * n + y * m) / (n + m)
        z = (x - y) / np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
        found["z"] = [z, 2 * stats.norm.sf(abs(z))]
        found["fisher_exact"] = pair(stats.fisher_exact([[np.sum(b == keys[0]), np.sum(b == keys[1])],
                                                         [np.sum(a == keys[0]), np.sum(a == keys[1])]]))
    return found


def special():
    from scipy.special import gammaln

    return {
        "logGamma": [[x, gammaln(x)] for x in (0.25, 0.5, 1.5, 3, 10.5, 171, 1e4, 1e6)],
        "chiSquareUpper": [[x, k, stats.chi2.sf(x, k)] for k in (1, 2, 3, 7, 40, 500)
                           for x in (1e-3, 0.5, 1, 3.84, 10, 60, 480)],
        "normalUpper": [[x, stats.norm.sf(x)] for x in (-8, -3, -1, -.1, 0, .1, 1, 1.96, 3, 6, 12, 30)],
        "studentTwoSided": [[t, k, 2 * stats.t.sf(abs(t), k)] for k in (1, 2, 5, 30, 1000, 1e6)
                            for t in (0, 0.1, -1, 2, 5, 20)],
        "oneSampleUpper": [[n, x, stats.kstwo.sf(x, n)] for n in (2, 5, 20, 50, 139, 140, 141, 1000, 5238, 99_000)
                           for x in (0.4 / n, 0.8 / n, 0.3 / math.sqrt(n), 0.5 / math.sqrt(n), 0.8 / math.sqrt(n),
                                     1.0 / math.sqrt(n), 1.3 / math.sqrt(n), 1.6 / math.sqrt(n), 2.5 / math.sqrt(n), 0.6)],
    }


def clean(value):
    if value is None:
        return None
    value = float(value)
    return value if math.isfinite(value) else str(value)


cases = []
for kind, source, judge in (("number", number_cases, numbers), ("category", category_cases, categories)):
    for name, a, b in source():
        found = {key: [clean(one) for one in value] for key, value in judge(a, b).items()}
        cases.append({"name": name, "kind": kind, "reference": a.tolist(), "current": b.tolist(), "expected": found})
# The large category case is given as counts: thousands of codes say nothing more.
for case in cases:
    if len(case["reference"]) > 1000:
        for side in ("reference", "current"):
            values, times = np.unique(case[side], return_counts=True)
            case[side] = {"values": values.tolist(), "times": times.tolist()}

# The exact distribution with thousands of rows, and the asymptotic one: rows are made by a rule both sides know.
grid = lambda n, power: ((np.arange(n) + 0.5) / n) ** power
large = []
for n, m, power in ((3000, 1000, 1.05), (9000, 8000, 1.02), (12_000, 500, 1.1), (20_000, 15_000, 1.03), (11_000, 30_000, 1.0)):
    a, b = grid(n, 1), grid(m, power)
    large.append({"rows": [n, m], "power": power, "ks": [float(x) for x in (stats.ks_2samp(a, b).statistic, stats.ks_2samp(a, b).pvalue)],
                  "mannw": float(stats.mannwhitneyu(a, b).pvalue), "cramer_von_mises": float(stats.cramervonmises_2samp(a, b).pvalue)})
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps({"source": f"scipy {scipy.__version__}", "special": special(), "cases": cases, "large": large}) + "\n")
print(OUT, len(cases), "cases", OUT.stat().st_size, "bytes")
