"""Chooses the kernel heads of iclmesh-tiny on prompts as the product writes them, and reports them on others.

heads.py FOLDER...: one folder a task, from `iclmesh jobs export` of `iclmesh analyze attention` (k=16, random). The first half of the prompts
chooses among single heads and equal mixtures of the leading ones, by mean agreement over the tasks; the second half reports. Prints heads.json.
Null: labels permuted among the demonstrations of each prompt, 20 times. Needs numpy.
"""
import glob
import itertools
import json
import struct
import sys

import numpy as np

LEADING = 4
PERMUTATIONS = 20


def tensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<q", file.read(8))[0]))
        data = file.read()
    return {
        name: np.frombuffer(data[entry["data_offsets"][0]:entry["data_offsets"][1]], "<f4").reshape(entry["shape"])
        for name, entry in header.items()
    }


def prompts(folder):
    """Attention [L, H, N], labels [N], the model's label and the number of labels of every prompt."""
    rows = []
    for path in sorted(glob.glob(f"{folder}/base/*.jsonl")):
        shard = tensors(path.replace(".jsonl", ".safetensors"))
        with open(path, encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                labels = np.array([shown["label"] for shown in record["demonstrations"]])
                shares = record["probabilities"]
                rows.append((shard[f"{record['row']}.attention.tail"], labels, int(np.argmax(shares)), len(shares)))
    return rows


def agreement(rows, heads, seed=None):
    hits = 0
    for index, (attention, labels, predicted, classes) in enumerate(rows):
        weights = sum(attention[layer, head] for layer, head in heads)
        if seed is not None:
            labels = labels[np.random.default_rng((seed, index)).permutation(len(labels))]
        hits += int(np.argmax(np.bincount(labels, weights=weights, minlength=classes)) == predicted)
    return hits / len(rows)


def mean(values):
    return float(np.mean(list(values)))


tasks = {folder.rstrip("/").split("/")[-1]: prompts(folder) for folder in sys.argv[1:]}
choose = {task: rows[:len(rows) // 2] for task, rows in tasks.items()}
report = {task: rows[len(rows) // 2:] for task, rows in tasks.items()}
layers, count = next(iter(tasks.values()))[0][0].shape[:2]
singles = sorted(itertools.product(range(layers), range(count)), key=lambda head: -mean(agreement(rows, [head]) for rows in choose.values()))
candidates = [mix for size in range(1, LEADING + 1) for mix in itertools.combinations(singles[:LEADING], size)]
best = max(candidates, key=lambda heads: mean(agreement(rows, heads) for rows in choose.values()))
by_task = {task: agreement(rows, best) for task, rows in report.items()}
print(json.dumps({
    "heads": [{"layer": layer, "head": head} for layer, head in sorted(best)],
    "prompts": sum(len(rows) for rows in report.values()),
    "agreement": mean(by_task.values()),
    "nullAgreement": mean(agreement(rows, best, seed) for seed in range(PERMUTATIONS) for rows in report.values()),
    "byTask": by_task,
}))
