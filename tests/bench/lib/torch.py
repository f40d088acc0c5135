"""The ladder in PyTorch on the processor: python torch.py FOLDER NUMBER STEPS SECONDS THREADS prints one line of JSON."""

import json
import math
import os
import sys
import time

# This file's own folder comes first on the path, and this file has the name of what is imported.
sys.path = [p for p in sys.path if os.path.abspath(p or ".") != os.path.dirname(os.path.abspath(__file__))]

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

TYPES = {"F32": torch.float32, "I32": torch.int32}


def read(path):
    """The tensors of a safetensors file."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        body = bytearray(file.read())
    tensors = {}
    header.pop("__metadata__", None)
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        flat = torch.frombuffer(body[begin:end], dtype=TYPES[entry["dtype"]])
        tensors[name] = flat.reshape(entry["shape"]).clone()
    return tensors


def prepare(number, t):
    """PyTorch's own layouts: channels first, filters [out, in, height, width], labels int64."""
    for name in ("x", "y"):
        if name in t and t[name].dtype == torch.int32:
            t[name] = t[name].long()
    if t["x"].dim() == 4:
        t["x"] = t["x"].permute(0, 3, 1, 2).contiguous()
    for name in ("K1", "K2"):
        if name in t:
            t[name] = t[name].permute(3, 2, 0, 1).contiguous()
    if number == 3:
        # Its rows belong to [height, width, channel]; here the flattened image is [channel, height, width].
        t["W1"] = t["W1"].reshape(4, 4, 16, 120).permute(2, 0, 1, 3).reshape(256, 120).contiguous()
    if number == 4:
        t["Wx"], t["Wh"] = t["Wx"].T.contiguous(), t["Wh"].T.contiguous()
    for name in t:
        if name[0].isupper():
            t[name].requires_grad_()
    return t


def dense(x, w, b):
    return torch.addmm(b, x, w)


def softmax_regression(t):
    return F.cross_entropy(dense(t["x"], t["W"], t["B"]), t["y"])


def mlp(t):
    h = F.relu(dense(t["x"], t["W1"], t["B1"]))
    h = F.relu(dense(h, t["W2"], t["B2"]))
    return F.cross_entropy(dense(h, t["W3"], t["B3"]), t["y"])


def lenet(t):
    h = F.max_pool2d(F.relu(F.conv2d(t["x"], t["K1"], t["C1"])), 2)
    h = F.max_pool2d(F.relu(F.conv2d(h, t["K2"], t["C2"])), 2)
    h = F.relu(dense(h.reshape(64, 256), t["W1"], t["B1"]))
    h = F.relu(dense(h, t["W2"], t["B2"]))
    return F.cross_entropy(dense(h, t["W3"], t["B3"]), t["y"])


def lstm(t):
    """torch.lstm is what nn.LSTM calls: the fused sequence."""
    x = F.embedding(t["x"], t["E"])
    zeros = torch.zeros(1, 32, 128)
    weights = [t["Wx"], t["Wh"], t["B"], torch.zeros(512)]
    h, _, _ = torch.lstm(x, (zeros, zeros), weights, True, 1, 0.0, True, False, True)
    return F.cross_entropy(dense(h.reshape(-1, 128), t["Wo"], t["Bo"]), t["y"].reshape(-1))


def transformer(t):
    h = (F.embedding(t["x"], t["E"]) + t["P"]).reshape(-1, 64)
    for n in (1, 2):
        a = F.layer_norm(h, (64,), t[f"G{n}a"], t[f"B{n}a"], 1e-5)
        joint = dense(a, t[f"Wqkv{n}"], t[f"Bqkv{n}"]).reshape(16, 64, 3, 4, 16)
        q, k, v = joint.permute(2, 0, 3, 1, 4)
        a = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        h = h + dense(a.transpose(1, 2).reshape(-1, 64), t[f"Wo{n}"], t[f"Bo{n}"])
        a = F.layer_norm(h, (64,), t[f"G{n}b"], t[f"B{n}b"], 1e-5)
        a = F.gelu(dense(a, t[f"W{n}1"], t[f"B{n}1"]), approximate="tanh")
        h = h + dense(a, t[f"W{n}2"], t[f"B{n}2"])
    h = F.layer_norm(h, (64,), t["G"], t["Bn"], 1e-5)
    return F.cross_entropy(dense(h, t["W"], t["B"]), t["y"].reshape(-1))


def residual(t):
    h = F.relu(F.conv2d(t["x"], t["K1"], t["C1"], padding=1))
    h = F.conv2d(h, t["K2"], t["C2"], padding=1)
    return F.relu(t["x"] + h).square().mean()


MODELS = [softmax_regression, mlp, lenet, lstm, transformer, residual]


def main(folder, number, steps, seconds, threads):
    torch.set_num_threads(threads)
    t = prepare(number, read(f"{folder}/{number}.safetensors"))
    parameters = [value for name, value in t.items() if name[0].isupper()]
    if number == 1:
        optimizer = torch.optim.SGD(parameters, lr=0.1)
    else:
        optimizer = torch.optim.Adam(parameters, lr=1e-3, eps=1e-8)
    loss_of = MODELS[number - 1]

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(t)
        loss.backward()
        if number != 6:
            optimizer.step()
        return loss.item()

    losses, times, start = [], [], time.perf_counter()
    while len(times) < steps:
        before = time.perf_counter()
        loss = step()
        after = time.perf_counter()
        is_up = after - start > seconds
        if len(losses) < 3:
            losses.append(loss)
        else:
            times.append((after - before) * 1000)
        if is_up and not times:
            times.append((after - before) * 1000)
        if is_up:
            break
    assert all(math.isfinite(loss) for loss in losses)
    print("\n" + json.dumps({"by": f"PyTorch {torch.__version__}", "answers": [losses], "times": times}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]))
