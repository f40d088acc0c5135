"""Writes text.json: the losses of word vectors and of large vocabularies, and their gradients, in PyTorch, float64.

    python tests/lib/golden/text.py
"""

import json
import math
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)
cases = []


def dump(t):
    return {"shape": list(t.shape), "values": t.detach().flatten().tolist()}


def case(name, loss, params, **rest):
    for p in params.values():
        p.grad = None
    loss.backward()
    cases.append(
        {
            "name": name,
            "loss": loss.item(),
            "params": {k: dump(p) for k, p in params.items()},
            "grads": {k: dump(p.grad) for k, p in params.items()},
            **rest,
        }
    )


def normal(*shape):
    return torch.randn(*shape).round(decimals=4).requires_grad_()


# Negative sampling: -mean(log s(u.v) + sum_k log s(-u_k.v))
v, u, k = normal(5, 4), normal(5, 4), normal(5, 3, 4)
loss = -(F.logsigmoid((v * u).sum(1)) + F.logsigmoid(-torch.einsum("nd,nkd->nk", v, k)).sum(1)).mean()
case("negativeSampling", loss, {"centers": v, "contexts": u, "negatives": k})

# Sampled softmax with log-uniform candidates, all different, drawn in 5 tries; accidental hits are left out, as TensorFlow defines it.
classes, width = 12, 3
h, w, b = normal(6, width), normal(classes, width), normal(classes)
labels = torch.tensor([0, 3, 11, 5, 5, 7])
drawn = torch.tensor([3, 0, 1, 9])
q = torch.tensor([(math.log(c + 2) - math.log(c + 1)) / math.log(classes + 1) for c in range(classes)])
tries = 5
expected = torch.log(1 - (1 - q) ** tries)
right = (h * w[labels]).sum(1) + b[labels] - expected[labels]
others = h @ w[drawn].T + b[drawn] - expected[drawn]
others = others.masked_fill(drawn[None, :] == labels[:, None], -math.inf)
loss = F.cross_entropy(torch.cat([right[:, None], others], 1), torch.zeros(6, dtype=torch.long))
params = {"features": h, "weights": w, "bias": b}
case("sampledSoftmax", loss, params, labels=labels.tolist(), drawn=drawn.tolist(), classes=classes, tries=tries)

# Hierarchical softmax over a tree that is written out: (((0, 1), 2), (3, 4)); 1 is right; a node is numbered after those below it.
ways = {
    0: [(3, -1), (1, -1), (0, -1)],
    1: [(3, -1), (1, -1), (0, 1)],
    2: [(3, -1), (1, 1)],
    3: [(3, 1), (2, -1)],
    4: [(3, 1), (2, 1)],
}
h, w = normal(7, 3), normal(4, 3)
labels = [0, 1, 2, 3, 4, 2, 0]
loss = -sum(F.logsigmoid(t * (w[j] @ h[n])) for n, c in enumerate(labels) for j, t in ways[c]) / len(labels)
case("hierarchicalSoftmax", loss, {"features": h, "weights": w}, labels=labels, classes=5)

a, c = normal(4, 3), normal(5, 3)
case("cosineSimilarity", F.cosine_similarity(a[:, None], c[None], dim=-1).square().sum(), {"a": a, "b": c})

target = pathlib.Path(__file__).with_suffix(".json")
target.write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
print(f"{len(cases)} cases, {target.stat().st_size} bytes")
