"""Goldens of packages/engine/src/learning/calibrate from scikit-learn.

Usage: python scripts/goldens/calibrate.py    (needs scikit-learn; writes calibrate/goldens/calibrate.json)
"""
import json
import pathlib

import numpy as np
import sklearn
from sklearn.calibration import _SigmoidCalibration
from sklearn.isotonic import IsotonicRegression

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parents[1] / "packages/engine/src/learning/calibrate/goldens/calibrate.json"

rng = np.random.default_rng(5)
cases = []
for name, rows, digits in (("no ties", 80, 9), ("many ties", 120, 1), ("few", 12, 2)):
    scores = np.round(rng.standard_normal(rows), digits)
    labels = (rng.random(rows) < 1 / (1 + np.exp(-2 * scores))).astype(int)
    labels[0], labels[1] = 1, 0
    asked = np.round(np.linspace(-3, 3, 25), 3)
    isotonic = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(scores, labels)
    platt = _SigmoidCalibration().fit(scores, labels)
    cases.append({
        "name": name,
        "scores": scores.tolist(),
        "labels": labels.tolist(),
        "asked": asked.tolist(),
        "isotonic": isotonic.predict(asked).tolist(),
        "platt": [float(platt.a_), float(platt.b_)],
    })
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps({"source": f"scikit-learn {sklearn.__version__}", "cases": cases}) + "\n")
print(OUT)
