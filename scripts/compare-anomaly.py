"""The other side of compare-anomaly.ts: scikit-learn, PyOD and river on the rows of a folder; the last line is JSON.

Usage: python scripts/compare-anomaly.py FOLDER
"""
import json
import pathlib
import sys
import time

import numpy as np

folder = pathlib.Path(sys.argv[1])


def auroc(labels, scores):
    _, ranks, counts = np.unique(scores, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    hits = labels == 1
    n = hits.sum()
    return float((middle[ranks][hits].sum() - n * (n + 1) / 2) / (n * (len(labels) - n)))


def sklearn_forest(fit, ask):
    from sklearn.ensemble import IsolationForest

    return -IsolationForest(random_state=1).fit(fit).score_samples(ask)


def sklearn_lof(fit, ask):
    from sklearn.neighbors import LocalOutlierFactor

    return -LocalOutlierFactor(n_neighbors=20, novelty=True).fit(fit).score_samples(ask)


def pyod(name, module, **parameters):
    def run(fit, ask):
        kind = getattr(__import__(f"pyod.models.{module}", fromlist=[name]), name)
        model = kind(**parameters)
        model.fit(fit)
        return model.decision_function(ask)

    return run


def river_trees(fit, ask):
    from river.anomaly import HalfSpaceTrees

    low, high = fit.min(axis=0), fit.max(axis=0)
    scale = lambda rows: np.clip((rows - low) / np.where(high > low, high - low, 1), 0, 1)
    model = HalfSpaceTrees(n_trees=25, height=15, window_size=min(250, max(2, len(fit) // 4)), seed=1)
    for row in scale(fit):
        model.learn_one(dict(enumerate(row)))
    return np.array([model.score_one(dict(enumerate(row))) for row in scale(ask)])


WAYS = [
    ("scikit-learn, isolation forest", sklearn_forest),
    ("scikit-learn, LOF", sklearn_lof),
    ("PyOD, ECOD", pyod("ECOD", "ecod")),
    ("PyOD, nearest (5)", pyod("KNN", "knn", n_neighbors=5)),
    ("PyOD, PCA", pyod("PCA", "pca")),
    ("PyOD, LODA", pyod("LODA", "loda")),
    ("river, half-space trees", river_trees),
]

lines = []
parts = json.loads((folder / "parts.json").read_text())
for name, way in WAYS:
    found, seconds = {}, 0.0
    try:
        for part in parts:
            fit = np.fromfile(folder / f"{part['name']}.fit").reshape(-1, part["dims"])
            ask = np.fromfile(folder / f"{part['name']}.ask").reshape(-1, part["dims"])
            labels = np.fromfile(folder / f"{part['name']}.labels", dtype=np.uint8)
            middle, width = fit.mean(axis=0), fit.std(axis=0)
            width[width == 0] = 1
            began = time.process_time()
            scores = way((fit - middle) / width, (ask - middle) / width)
            seconds += time.process_time() - began
            found[part["name"]] = auroc(labels, scores)
    except ImportError as missing:
        print(missing, file=sys.stderr)
        continue
    lines.append({"name": name, "auroc": found, "seconds": seconds})
print(json.dumps(lines))
