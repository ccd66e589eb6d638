"""Times FAISS on the vectors that the benchmark wrote: peers.py FOLDER DIMENSION BATCH THREADS REPETITIONS"""
import json
import sys
import time

import numpy as np

folder, dimension, batch, threads, repetitions = sys.argv[1], *map(int, sys.argv[2:6])
base = np.fromfile(f"{folder}/base.f32", dtype=np.float32).reshape(-1, dimension)
queries = np.fromfile(f"{folder}/queries.f32", dtype=np.float32).reshape(-1, dimension)


def measure(name, search):
    search(queries[:batch])
    seconds, ids = [], None
    for i in range(repetitions):
        part = queries[np.arange(i * batch, (i + 1) * batch) % len(queries)]
        start = time.perf_counter()
        found = search(part)
        seconds.append(time.perf_counter() - start)
        ids = found if ids is None else ids
    return {"name": name, "seconds": seconds, "ids": np.asarray(ids).astype(int).tolist()}


results = []
import faiss

faiss.omp_set_num_threads(threads)
index = faiss.IndexFlatIP(dimension)
index.add(base)
results.append(measure(f"FAISS {faiss.__version__} IndexFlatIP", lambda part: index.search(part, 10)[1]))

print(json.dumps(results))
