"""The other side of compare-lightgbm.ts: fits LightGBM and XGBoost to the rows in a folder and writes what they say of the
test rows there; the last line is JSON with the CPU seconds.

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
groups = np.fromfile(folder / "groups.f64")
orders = np.fromfile(folder / "orders.i32", dtype=np.int32).reshape(about["splits"], about["rows"])
categories = [i for i, kind in enumerate(about["kinds"]) if kind == "category"]
objective, classes = about["objective"], about["classes"]


def sizes(rows):
    """How many rows each group has, in the order of the rows."""
    of = groups[rows]
    starts = np.flatnonzero(np.r_[True, of[1:] != of[:-1]])
    return np.diff(np.r_[starts, len(of)])


def lightgbm(train, test, seed, defaults=False):
    import lightgbm as lgb

    names = dict(binary="binary", multiclass="multiclass", regression="regression", ranking="lambdarank")
    parameters = dict(objective=names[objective], num_leaves=31, learning_rate=0.1, min_data_in_leaf=20, lambda_l2=1,
                      min_sum_hessian_in_leaf=1, bagging_fraction=0.8, bagging_freq=1, feature_fraction=0.8,
                      num_threads=1, verbose=-1, seed=seed)
    if defaults:
        parameters = dict(objective=names[objective], num_threads=1, verbose=-1, seed=seed)
    if objective == "multiclass":
        parameters["num_class"] = classes
    began = time.process_time()
    group = sizes(train) if objective == "ranking" else None
    data = lgb.Dataset(x[train], y[train], group=group, categorical_feature=categories, params=dict(verbose=-1))
    model = lgb.train(parameters, data, 100)
    fitted = time.process_time()
    judged = x[test]
    before = time.process_time()
    said = model.predict(judged, num_threads=1)
    return said, fitted - began, time.process_time() - before


def lightgbm_defaults(train, test, seed):
    return lightgbm(train, test, seed, defaults=True)


def xgboost(train, test, seed):
    import xgboost as xgb

    names = dict(binary="binary:logistic", multiclass="multi:softprob", regression="reg:squarederror",
                 ranking="rank:ndcg")
    parameters = dict(objective=names[objective], tree_method="hist", grow_policy="lossguide", max_leaves=31, max_depth=0,
                      eta=0.1, reg_lambda=1, min_child_weight=1, subsample=0.8, colsample_bytree=0.8, nthread=1,
                      max_bin=255, seed=seed, verbosity=0)
    if objective == "multiclass":
        parameters["num_class"] = classes
    types = ["c" if kind == "category" else "q" for kind in about["kinds"]]
    began = time.process_time()
    data = xgb.DMatrix(x[train], y[train], feature_types=types, enable_categorical=True, nthread=1)
    if objective == "ranking":
        data.set_group(sizes(train))
    model = xgb.train(parameters, data, 100)
    fitted = time.process_time()
    before = time.process_time()
    judged = xgb.DMatrix(x[test], feature_types=types, enable_categorical=True, nthread=1)
    said = model.predict(judged)
    return said, fitted - began, time.process_time() - before


lines = []
for name, fit in (("LightGBM", lightgbm), ("LightGBM defaults", lightgbm_defaults), ("XGBoost", xgboost)):
    try:
        found = [fit(order[: about["cut"]], order[about["cut"] :], seed) for order, seed in zip(orders, about["seeds"])]
    except ImportError as missing:
        print(missing, file=sys.stderr)
        continue
    for at, (said, _, _) in enumerate(found):
        np.asarray(said, dtype=np.float64).reshape(-1).tofile(folder / f"{name}-{at}.f64")
    lines.append({"name": name, "fitSeconds": [s for _, s, _ in found], "judgeSeconds": [s for _, _, s in found]})
print(json.dumps(lines))
