"""Goldens of packages/engine/src/learning/text: MurmurHash3 of UTF-16LE, from scikit-learn.

Usage: python scripts/goldens/text.py    (needs scikit-learn; writes text/goldens/murmur3.json)
"""
import json
import pathlib

import sklearn
from sklearn.utils import murmurhash3_32

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parents[1] / "packages/engine/src/learning/text/goldens/murmur3.json"

texts = ["", "a", "ab", "abc", "powershell -enc", "größe", "\U0001f600!", "x" * 101]
cases = [
    {"text": text, "seed": seed, "hash": murmurhash3_32(text.encode("utf-16-le"), seed=seed, positive=True)}
    for text in texts
    for seed in (0, 17, 2**31 + 5)
]
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps({"source": f"scikit-learn {sklearn.__version__}", "cases": cases}) + "\n")
print(OUT)
