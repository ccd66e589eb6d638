"""Answers requests of the engine benchmark with PyTorch eager, one JSON line each way, attention of every layer kept.

usage: torch_peer.py CONFIG.json THREADS     (Debian: python3-torch libopenblas0-pthread)
"""
import json
import math
import sys
import time

import numpy as np
import torch

torch.set_num_threads(int(sys.argv[2]))
torch.set_grad_enabled(False)
with open(sys.argv[1]) as file:
    shape = json.load(file)
layers, heads, groups, size = shape["layers"], shape["heads"], shape["keyValueHeads"], shape["headSize"]
epsilon, base = shape["epsilon"], shape["rotaryBase"]
weights = {}


def load(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = np.frombuffer(file.read(), dtype=np.float32)
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = (offset // 4 for offset in entry["data_offsets"])
            weights[name] = torch.from_numpy(data[begin:end].reshape(entry["shape"]).copy())


def norm(x, weight):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + epsilon) * weight


def rotate(x, cos, sin):
    first, second = x.chunk(2, -1)
    return x * cos + torch.cat((-second, first), -1) * sin


def forward(tokens):
    count = len(tokens)
    frequencies = 1.0 / base ** (torch.arange(0, size, 2).float() / size)
    angles = torch.outer(torch.arange(count).float(), frequencies)
    cos, sin = torch.cat((angles, angles), -1).cos(), torch.cat((angles, angles), -1).sin()
    mask = torch.full((count, count), float("-inf")).triu(1)
    x = weights["model.embed_tokens.weight"][tokens]
    kept = []
    for layer in range(layers):
        w = lambda name: weights[f"model.layers.{layer}.{name}.weight"]  # noqa: E731
        y = norm(x, w("input_layernorm"))
        q = (y @ w("self_attn.q_proj").T).view(count, heads, size).transpose(0, 1)
        k = (y @ w("self_attn.k_proj").T).view(count, groups, size).transpose(0, 1)
        v = (y @ w("self_attn.v_proj").T).view(count, groups, size).transpose(0, 1)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        k, v = (t.repeat_interleave(heads // groups, 0) for t in (k, v))
        attention = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(size) + mask, -1)
        kept.append(attention)
        x = x + (attention @ v).transpose(0, 1).reshape(count, heads * size) @ w("self_attn.o_proj").T
        y = norm(x, w("post_attention_layernorm"))
        y = torch.nn.functional.silu(y @ w("mlp.gate_proj").T) * (y @ w("mlp.up_proj").T)
        x = x + y @ w("mlp.down_proj").T
    last = norm(x[-1], weights["model.norm.weight"])
    return int((weights["model.embed_tokens.weight"] @ last).argmax()), kept


def sgemm(n):
    a, b = torch.full((n, n), 0.5), torch.full((n, n), 0.5)
    for _ in range(5):
        c = a @ b
    return float(c[0, 0])


def eight(request):
    return [forward(tokens)[0] for tokens in request["others"]][-1]


operations = {
    "load": lambda request: load(request["path"]) or 0,
    "prefill-rows": lambda request: forward(request["tokens"])[0],
    "eight": eight,
    "sgemm": lambda request: sgemm(request["count"]),
}


def peak():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))


for line in sys.stdin:
    request = json.loads(line)
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
    cpu, wall = time.process_time(), time.perf_counter()
    answer = operations[request["op"]](request)
    cost = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "peak": peak(), "answer": answer}
    print(json.dumps(cost), flush=True)
