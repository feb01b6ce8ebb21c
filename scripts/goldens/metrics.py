"""Goldens of packages/engine/src/learning/metrics from scikit-learn.

Usage: python scripts/goldens/metrics.py    (needs scikit-learn; writes metrics/goldens/ranking.json)
"""
import json
import pathlib

import numpy as np
import sklearn
from sklearn import metrics

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parents[1] / "packages/engine/src/learning/metrics/goldens/ranking.json"


def case(name, rng, rows, rate, digits):
    y = (rng.random(rows) < rate).astype(int)
    y[0], y[1] = 1, 0
    p = np.round(np.clip(0.25 + 0.4 * y + 0.25 * rng.standard_normal(rows), 0, 1), digits)
    w = np.round(rng.random(rows) + 0.1, 3)
    fpr, tpr, _ = metrics.roc_curve(y, p, drop_intermediate=False)
    guess = (p >= 0.5).astype(int)
    return {
        "name": name,
        "labels": y.tolist(),
        "scores": p.tolist(),
        "weights": w.tolist(),
        "averagePrecision": metrics.average_precision_score(y, p),
        "averagePrecisionWeighted": metrics.average_precision_score(y, p, sample_weight=w),
        "auroc": metrics.roc_auc_score(y, p),
        "aurocWeighted": metrics.roc_auc_score(y, p, sample_weight=w),
        "tprAtFpr": {str(x): float(tpr[fpr <= x].max()) for x in (0.01, 0.05, 0.2)},
        "accuracy": metrics.accuracy_score(y, guess),
        "precision": metrics.precision_score(y, guess),
        "recall": metrics.recall_score(y, guess),
        "f1": metrics.f1_score(y, guess),
        "brier": metrics.brier_score_loss(y, p),
        "logLoss": metrics.log_loss(y, p),
    }


rng = np.random.default_rng(4)
cases = [
    case("no ties", rng, 120, 0.3, 9),
    case("many ties", rng, 150, 0.4, 1),
    case("rare positives", rng, 200, 0.03, 2),
]
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps({"source": f"scikit-learn {sklearn.__version__}", "cases": cases}) + "\n")
print(OUT)
