"""Times one kernel problem with NumPy, SciPy, scikit-learn or statsmodels on the inputs that the benchmark wrote; prints one JSON line.

usage: peers.py PROBLEM PEER FOLDER     (Debian: python3-numpy python3-sklearn python3-statsmodels libopenblas0-pthread)

Blocks run on two threads (NumPy releases the interpreter lock in loops and products), each product on one: the fastest NumPy arrangement tried.
"""
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

threads = int(os.environ.get("PEER_THREADS", "2"))
problem, peer, folder = sys.argv[1:4]
inner = "1" if peer == "numpy" and problem != "ridge" else str(threads)
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[name] = inner

import numpy as np  # noqa: E402  (after the thread counts)

with open(os.path.join(folder, "shape.json")) as file:
    shape = json.load(file)


def load(name, rows, columns):
    return np.fromfile(os.path.join(folder, name), dtype=np.float32).reshape(rows, columns)


n, d, c = shape["n"], shape["d"], shape["c"]
x, y = load("features.bin", n, d), load("labels.bin", n, c)


def blocks(count, size):
    return [slice(start, min(count, start + size)) for start in range(0, count, size)]


def smoother():
    q = load("queries.bin", shape["q"], d)
    gamma = np.float32(shape["gamma"])
    squares = (q * q).sum(1)[:, None]

    def numpy_block(rows):
        block = x[rows]
        k = q @ block.T
        k *= 2
        k -= squares
        k -= (block * block).sum(1)
        np.minimum(k, 0, out=k)
        k *= gamma
        np.exp(k, out=k)
        return k @ y[rows], k.sum(1, dtype=np.float64)

    def sklearn_block(rows):
        from sklearn.metrics.pairwise import rbf_kernel

        k = rbf_kernel(q, x[rows], gamma=float(gamma))
        return k @ y[rows], k.sum(1, dtype=np.float64)

    def run():
        numerator, total = np.zeros((shape["q"], c)), np.zeros(shape["q"])
        if peer == "numpy":
            with ThreadPoolExecutor(threads) as pool:
                parts = list(pool.map(numpy_block, blocks(n, 1000)))
        else:
            parts = [sklearn_block(rows) for rows in blocks(n, 5000)]
        for part, weight in parts:
            numerator += part
            total += weight
        return float((numerator / total[:, None]).sum(0) @ np.arange(1, c + 1))

    return run


def leave_one_out():
    bandwidths = np.array(shape["bandwidths"])
    targets = np.concatenate([y, np.ones((n, 1), np.float32)], 1)
    norms = (x * x).sum(1)

    def block(rows):
        distances = x[rows] @ x.T
        distances *= -2
        distances += norms[rows][:, None]
        distances += norms
        np.maximum(distances, 0, out=distances)
        index = np.arange(rows.start, rows.stop)
        distances[index - rows.start, index] = np.inf
        distances -= distances.min(1)[:, None]
        k = np.empty_like(distances)
        errors = np.empty(len(bandwidths))
        for i, h in enumerate(bandwidths):
            np.multiply(distances, np.float32(-0.5 / (h * h)), out=k)
            np.exp(k, out=k)
            sums = k @ targets
            errors[i] = np.square(y[rows] - sums[:, :c] / sums[:, c:], dtype=np.float64).sum()
        return errors

    def run_numpy():
        with ThreadPoolExecutor(threads) as pool:
            errors = sum(pool.map(block, blocks(n, 250)))
        return float(bandwidths[np.argmin(errors)])

    def run_statsmodels():
        from statsmodels.nonparametric.kernel_regression import KernelReg

        model = KernelReg(y[:, 0], x, "c" * d, reg_type="lc", bw=np.full(d, bandwidths[0]))
        losses = [model.cv_loo(np.full(d, h), model.est["lc"])[0] for h in bandwidths]
        return float(bandwidths[int(np.argmin(losses))])

    return run_statsmodels if peer == "statsmodels" else run_numpy


def ridge():
    ridges = np.array(shape["ridges"])
    gamma = shape["gamma"]
    wide, targets = x.astype(np.float64), y.astype(np.float64)

    def kernel():
        squares = (wide * wide).sum(1)
        return np.exp(-gamma * np.maximum(squares[:, None] + squares - 2 * wide @ wide.T, 0))

    def run_scipy():
        import scipy.linalg

        values, vectors = scipy.linalg.eigh(kernel(), driver="evd")
        rotated, weights = vectors.T @ targets, vectors * vectors
        losses = []
        for r in ridges:
            inverse = 1 / (values + r)
            dual = vectors @ (rotated * inverse[:, None])
            losses.append(np.square(dual / (weights @ inverse)[:, None]).sum())
        return float(ridges[int(np.argmin(losses))])

    def run_sklearn():
        import scipy.linalg
        from sklearn.linear_model import RidgeCV

        # RidgeCV knows no precomputed kernel: a factor of it as features gives the same fit and the same leave-one-out errors.
        k = kernel()
        k[np.diag_indices_from(k)] += 1e-10
        factor = scipy.linalg.cholesky(k, lower=True)
        model = RidgeCV(alphas=ridges, fit_intercept=False, gcv_mode="eigen").fit(factor, targets)
        return float(model.alpha_)

    return run_sklearn if peer == "sklearn" else run_scipy


run = {"smoother": smoother, "leave-one-out": leave_one_out, "ridge": ridge}[problem]()
if os.environ.get("PEER_WARM", "1") == "1" and problem == "smoother":
    run()
start = time.perf_counter()
answer = run()
print(json.dumps({"seconds": time.perf_counter() - start, "answer": answer}))
