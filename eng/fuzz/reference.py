#!/usr/bin/env python3
"""Computes what changed model folders must give, in fp64 from their own files, and compares it with what the engine gave.

Written from the papers and from the meaning of the settings in transformers, apart from the engine: plain attention over the whole text for each
choice, no cache, no packing. usage: reference.py FOLDER, where each folder below holds a model and the result.json that models.sh keeps.
"""
import json
import math
import pathlib
import struct
import sys

import numpy as np

TOLERANCE = 2e-4


def tensors(folder):
    found = {}
    for file in sorted(folder.glob("*.safetensors")):
        data = file.read_bytes()
        length = struct.unpack("<Q", data[:8])[0]
        for name, entry in json.loads(data[8 : 8 + length]).items():
            if name != "__metadata__":
                start, end = entry["data_offsets"]
                kind = {"F64": np.float64, "F32": np.float32, "F16": np.float16}[entry["dtype"]]
                found[name] = np.frombuffer(data[8 + length + start : 8 + length + end], kind).reshape(entry["shape"]).astype(np.float64)
    return found


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def erf(x):
    return np.vectorize(math.erf)(x)


def gelu(x):
    return x * 0.5 * (1 + erf(x / math.sqrt(2)))


def gelu_tanh(x):
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def layer_norm(x, w, name, eps):
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + eps) * w[name + ".weight"] + w[name + ".bias"]


def rms_norm(x, weight, eps):
    return x / np.sqrt((x**2).mean(-1, keepdims=True) + eps) * weight


def rotary(settings, dimensions):
    rope = settings.get("rope_scaling") or settings.get("rope_parameters") or {}
    base = rope.get("rope_theta", settings.get("rope_theta", settings.get("rotary_emb_base", 10000.0)))
    frequencies = base ** (-np.arange(0, dimensions, 2) / dimensions)
    kind = rope.get("rope_type", rope.get("type", "default"))
    if kind == "linear":
        frequencies = frequencies / rope["factor"]
    elif kind == "llama3":
        original, low, high = rope["original_max_position_embeddings"], rope["low_freq_factor"], rope["high_freq_factor"]
        waves = 2 * math.pi / frequencies
        blend = (original / waves - low) / (high - low)
        mixed = (1 - blend) * frequencies / rope["factor"] + blend * frequencies
        frequencies = np.where(waves > original / low, frequencies / rope["factor"], np.where(waves < original / high, frequencies, mixed))
    return frequencies


def rotate(x, frequencies, interleaved):
    """x: [heads, T, size]; the first 2 * len(frequencies) of each head are rotated."""
    half = len(frequencies)
    angles = np.arange(x.shape[1])[:, None] * frequencies[None]
    sine, cosine = np.sin(angles), np.cos(angles)
    y = x.copy()
    first = np.arange(0, 2 * half, 2) if interleaved else np.arange(half)
    second = first + (1 if interleaved else half)
    y[..., first] = x[..., first] * cosine - x[..., second] * sine
    y[..., second] = x[..., second] * cosine + x[..., first] * sine
    return y


def attend(q, k, v, causal=True):
    """q: [heads, T, size], k and v with as many heads or a divisor of them; returns [T, heads * size]."""
    group = q.shape[0] // k.shape[0]
    k, v = np.repeat(k, group, 0), np.repeat(v, group, 0)
    scores = q @ k.transpose(0, 2, 1) / math.sqrt(q.shape[-1])
    if causal:
        scores = np.where(np.tril(np.ones(scores.shape[1:], bool)), scores, -np.inf)
    return (softmax(scores) @ v).transpose(1, 0, 2).reshape(q.shape[1], -1)


def split(x, heads):
    return x.reshape(x.shape[0], heads, -1).transpose(1, 0, 2)


def llama(c, w, ids):
    heads, groups = c["num_attention_heads"], c.get("num_key_value_heads") or c["num_attention_heads"]
    eps, x = c.get("rms_norm_eps", 1e-6), w["model.embed_tokens.weight"][ids]
    size = w["model.layers.0.self_attn.q_proj.weight"].shape[0] // heads
    frequencies = rotary(c, size)
    for layer in range(c["num_hidden_layers"]):
        stem = f"model.layers.{layer}."
        h = rms_norm(x, w[stem + "input_layernorm.weight"], eps)
        q, k, v = (split(h @ w[f"{stem}self_attn.{n}_proj.weight"].T + w.get(f"{stem}self_attn.{n}_proj.bias", 0), m) for n, m in (("q", heads), ("k", groups), ("v", groups)))
        if c["model_type"] == "qwen3":
            q, k = rms_norm(q, w[stem + "self_attn.q_norm.weight"], eps), rms_norm(k, w[stem + "self_attn.k_norm.weight"], eps)
        x = x + attend(rotate(q, frequencies, False), rotate(k, frequencies, False), v) @ w[stem + "self_attn.o_proj.weight"].T
        h = rms_norm(x, w[stem + "post_attention_layernorm.weight"], eps)
        gate = h @ w[stem + "mlp.gate_proj.weight"].T
        x = x + (gate / (1 + np.exp(-gate)) * (h @ w[stem + "mlp.up_proj.weight"].T)) @ w[stem + "mlp.down_proj.weight"].T
    head = w["model.embed_tokens.weight"] if c.get("tie_word_embeddings", False) else w["lm_head.weight"]
    return rms_norm(x, w["model.norm.weight"], eps) @ head.T


def gpt2(c, w, ids):
    eps, x = c.get("layer_norm_epsilon", 1e-5), w["transformer.wte.weight"][ids] + w["transformer.wpe.weight"][: len(ids)]
    for layer in range(c["n_layer"]):
        stem = f"transformer.h.{layer}."
        dense = lambda y, n: y @ w[stem + n + ".weight"] + w[stem + n + ".bias"]
        q, k, v = (split(part, c["n_head"]) for part in np.split(dense(layer_norm(x, w, stem + "ln_1", eps), "attn.c_attn"), 3, -1))
        x = x + dense(attend(q, k, v), "attn.c_proj")
        x = x + dense(gelu_tanh(dense(layer_norm(x, w, stem + "ln_2", eps), "mlp.c_fc")), "mlp.c_proj")
    return layer_norm(x, w, "transformer.ln_f", eps) @ w["transformer.wte.weight"].T


def gptj(c, w, ids):
    eps, x, heads = c.get("layer_norm_epsilon", 1e-5), w["transformer.wte.weight"][ids], c["n_head"]
    frequencies = rotary({}, c.get("rotary_dim", 64))
    for layer in range(c["n_layer"]):
        stem = f"transformer.h.{layer}."
        h = layer_norm(x, w, stem + "ln_1", eps)
        q, k, v = (split(h @ w[f"{stem}attn.{n}_proj.weight"].T, heads) for n in "qkv")
        wide = gelu_tanh(h @ w[stem + "mlp.fc_in.weight"].T + w[stem + "mlp.fc_in.bias"])
        x = x + attend(rotate(q, frequencies, True), rotate(k, frequencies, True), v) @ w[stem + "attn.out_proj.weight"].T + wide @ w[stem + "mlp.fc_out.weight"].T + w[stem + "mlp.fc_out.bias"]
    return layer_norm(x, w, "transformer.ln_f", eps) @ w["lm_head.weight"].T + w["lm_head.bias"]


def gpt_neox(c, w, ids):
    eps, x, heads = c.get("layer_norm_eps", 1e-5), w["gpt_neox.embed_in.weight"][ids], c["num_attention_heads"]
    size = c["hidden_size"] // heads
    rope = c.get("rope_scaling") or c.get("rope_parameters") or {}
    frequencies = rotary(c, int(size * rope.get("partial_rotary_factor", c.get("rotary_pct", 0.25))))
    for layer in range(c["num_hidden_layers"]):
        stem = f"gpt_neox.layers.{layer}."
        dense = lambda y, n: y @ w[stem + n + ".weight"].T + w[stem + n + ".bias"]
        packed = dense(layer_norm(x, w, stem + "input_layernorm", eps), "attention.query_key_value").reshape(len(ids), heads, 3, size)
        q, k, v = (packed[:, :, part].transpose(1, 0, 2) for part in range(3))
        attended = dense(attend(rotate(q, frequencies, False), rotate(k, frequencies, False), v), "attention.dense")
        feed = lambda y: dense(gelu(dense(layer_norm(y, w, stem + "post_attention_layernorm", eps), "mlp.dense_h_to_4h")), "mlp.dense_4h_to_h")
        x = x + attended + (feed(x) if c.get("use_parallel_residual", True) else feed(x + attended))
    return layer_norm(x, w, "gpt_neox.final_layer_norm", eps) @ w["embed_out.weight"].T


def bert(c, w, ids):
    eps, heads = c.get("layer_norm_eps", 1e-12), c["num_attention_heads"]
    x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][: len(ids)] + w["embeddings.token_type_embeddings.weight"][0]
    x = layer_norm(x, w, "embeddings.LayerNorm", eps)
    for layer in range(c["num_hidden_layers"]):
        stem = f"encoder.layer.{layer}."
        dense = lambda y, n: y @ w[stem + n + ".weight"].T + w[stem + n + ".bias"]
        q, k, v = (split(dense(x, f"attention.self.{n}"), heads) for n in ("query", "key", "value"))
        x = layer_norm(x + dense(attend(q, k, v, causal=False), "attention.output.dense"), w, stem + "attention.output.LayerNorm", eps)
        x = layer_norm(x + dense(gelu(dense(x, "intermediate.dense")), "output.dense"), w, stem + "output.LayerNorm", eps)
    return x


FAMILIES = {"llama": llama, "qwen2": llama, "qwen3": llama, "gpt2": gpt2, "gptj": gptj, "gpt_neox": gpt_neox}


def expected(settings, weights, result):
    if settings["model_type"] == "bert":
        return bert(settings, weights, result["tokens"]).mean(0)
    numbers = []
    for choice in result["choices"]:
        logits = FAMILIES[settings["model_type"]](settings, weights, result["tokens"] + choice)
        for place, token in enumerate(choice):
            row = logits[len(result["tokens"]) + place - 1]
            numbers.append(row[token] - row.max() - math.log(np.exp(row - row.max()).sum()))
    return np.array(numbers)


def main():
    folders, worst, faults = sorted(path.parent for path in pathlib.Path(sys.argv[1]).glob("*/result.json")), 0.0, 0
    for folder in folders:
        settings, result = json.loads((folder / "config.json").read_text()), json.loads((folder / "result.json").read_text())
        wanted = expected(settings, tensors(folder), result)
        difference = float(np.abs(wanted - np.array(result["numbers"][: len(wanted)])).max())
        worst = max(worst, difference)
        if not difference <= TOLERANCE:
            faults += 1
            print(f"FAULT {folder.name} ({result['name']}): off by {difference:.2g}")
    print(f"{len(folders)} other results computed again, largest difference {worst:.2g}, {faults} faults")
    return 1 if faults or not folders else 0


if __name__ == "__main__":
    sys.exit(main())
