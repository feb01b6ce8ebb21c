"""The other side of compare-lightgbm.ts: fits LightGBM and XGBoost to the rows in a folder; the last line is JSON.

Usage: python scripts/compare-lightgbm.py FOLDER
"""
import json
import pathlib
import sys
import time

import numpy as np

folder = pathlib.Path(sys.argv[1])
about = json.loads((folder / "header.json").read_text())
x = np.fromfile(folder / "columns.f64").reshape(about["width"], about["rows"]).T.copy()
y = np.fromfile(folder / "targets.f64")
orders = np.fromfile(folder / "orders.i32", dtype=np.int32).reshape(about["splits"], about["rows"])
categories = [i for i, kind in enumerate(about["kinds"]) if kind == "category"]


def auroc(labels, scores):
    _, ranks, counts = np.unique(scores, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    hits = labels == 1
    n = hits.sum()
    return float((middle[ranks][hits].sum() - n * (n + 1) / 2) / (n * (len(labels) - n)))


def lightgbm(train, test, seed):
    import lightgbm as lgb

    parameters = dict(objective="binary", num_leaves=31, learning_rate=0.1, min_data_in_leaf=20, lambda_l2=1,
                      min_sum_hessian_in_leaf=1, bagging_fraction=0.8, bagging_freq=1, feature_fraction=0.8,
                      num_threads=1, verbose=-1, seed=seed)
    began = time.process_time()
    data = lgb.Dataset(x[train], y[train], categorical_feature=categories, params=dict(verbose=-1))
    model = lgb.train(parameters, data, 100)
    seconds = time.process_time() - began
    return auroc(y[test], model.predict(x[test], num_threads=1)), seconds


def xgboost(train, test, seed):
    import xgboost as xgb

    parameters = dict(objective="binary:logistic", tree_method="hist", grow_policy="lossguide", max_leaves=31, max_depth=0,
                      eta=0.1, reg_lambda=1, min_child_weight=1, subsample=0.8, colsample_bytree=0.8, nthread=1,
                      max_bin=255, seed=seed, verbosity=0)
    types = ["c" if kind == "category" else "q" for kind in about["kinds"]]
    began = time.process_time()
    data = xgb.DMatrix(x[train], y[train], feature_types=types, enable_categorical=True, nthread=1)
    model = xgb.train(parameters, data, 100)
    seconds = time.process_time() - began
    judged = xgb.DMatrix(x[test], feature_types=types, enable_categorical=True, nthread=1)
    return auroc(y[test], model.predict(judged)), seconds


lines = []
for name, fit in (("LightGBM", lightgbm), ("XGBoost", xgboost)):
    try:
        found = [fit(order[: about["cut"]], order[about["cut"] :], seed) for order, seed in zip(orders, about["seeds"])]
    except ImportError as missing:
        print(missing, file=sys.stderr)
        continue
    lines.append({"name": name, "auroc": float(np.mean([a for a, _ in found])), "seconds": float(np.mean([s for _, s in found]))})
print(json.dumps(lines))
