"""Writes ops.json: what PyTorch computes, in float64, for operations that tfjs lacks or does otherwise.

A case is one call:

    op         the operation
    name       what is particular about this call
    inputs     name -> tensor; those that appear in `gradients` are differentiated
    options    what is not a tensor, in the names and units of PyTorch unless "options" below says otherwise
    output     name -> tensor; most have the one name "y"
    upstream   the gradient that arrives at each output of that name: gradients are of sum(output * upstream)
    gradients  name of an input -> tensor

A tensor is {"shape": [...], "values": [...]}, row-major, float64, or with "dtype" "int32" or "bool".

Images are [batch, height, width, channels] and signals [batch, length, channels]. Filters are [height, width,
channels in / groups, channels out], of a transposed convolution [height, width, channels out / groups, channels in]
(tfjs's order), of a signal without the height. `padding` is [before, after] for each axis of space, height first;
strides and dilations are one number for each axis. Made with PyTorch 2.15.0:

    python tests/lib/golden/ops.py
"""

import json
import math
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(20)
torch.set_default_dtype(torch.float64)
cases = []


def normal(*shape, scale=1.0, requires_grad=True):
    # Six decimals are exact enough to be the values themselves and keep the file small.
    values = (torch.randn(shape) * scale * 1e6).round() / 1e6
    return values.requires_grad_(requires_grad)


def dump(tensor):
    tensor = tensor.detach()
    entry = {"shape": list(tensor.shape), "values": tensor.flatten().tolist()}
    if tensor.dtype == torch.bool:
        entry["dtype"] = "bool"
        entry["values"] = [int(v) for v in entry["values"]]
    elif not tensor.dtype.is_floating_point:
        entry["dtype"] = "int32"
    return entry


def case(op, name, compute, inputs, options=None):
    """compute(**inputs) gives the output, or a dictionary of outputs."""
    outputs = compute(**inputs)
    if not isinstance(outputs, dict):
        outputs = {"y": outputs}
    upstream = {key: normal(*y.shape, requires_grad=False) for key, y in outputs.items()}
    total = sum((y * upstream[key]).sum() for key, y in outputs.items())
    wanted = [key for key, x in inputs.items() if x.requires_grad]
    grads = torch.autograd.grad(total, [inputs[key] for key in wanted])
    cases.append(
        {
            "op": op,
            "name": name,
            "inputs": {key: dump(x) for key, x in inputs.items()},
            "options": options or {},
            "output": {key: dump(y) for key, y in outputs.items()},
            "upstream": {key: dump(y) for key, y in upstream.items()},
            "gradients": {key: dump(g) for key, g in zip(wanted, grads)},
        }
    )


# Activations. GELU is x * Phi(x), or its tanh form.
wide = torch.tensor([-30, -6, -2.5, -1, -0.1, 0, 0.3, 0.75, 1, 2, 5, 30.0]).requires_grad_()
for approximate in ["none", "tanh"]:
    options = {"approximate": approximate}
    case("gelu", approximate, lambda x: F.gelu(x, approximate=approximate), {"x": wide}, options)
    case("gelu", f"{approximate}, [3, 5]", lambda x: F.gelu(x, approximate=approximate), {"x": normal(3, 5)}, options)
case("silu", "wide", lambda x: F.silu(x), {"x": wide})
case("silu", "[3, 5]", lambda x: F.silu(x), {"x": normal(3, 5)})
for beta in [1.0, 4.0]:
    # PyTorch goes over to x where beta*x exceeds `threshold`; 1000 keeps the formula itself.
    case("softplus", f"beta {beta}", lambda x: F.softplus(x, beta=beta, threshold=1000), {"x": wide}, {"beta": beta})

# Normalisations: biased variance, epsilon inside the root.
last = lambda x: x.movedim(1, -1)
first = lambda x: x.movedim(-1, 1).contiguous()
for groups, shape in [(1, (2, 3, 3, 4)), (2, (2, 3, 3, 4)), (4, (3, 2, 1, 4)), (3, (2, 5, 6)), (2, (4, 6))]:
    inputs = {"x": normal(*shape, scale=2), "gamma": normal(shape[-1]), "beta": normal(shape[-1])}
    compute = lambda x, gamma, beta: last(F.group_norm(first(x), groups, gamma, beta, eps=1e-5))
    case("groupNorm", f"{groups} groups, {list(shape)}", compute, inputs, {"groups": groups, "epsilon": 1e-5})
for shape in [(2, 3, 4, 3), (1, 5, 2, 1), (2, 6, 3)]:
    inputs = {"x": normal(*shape, scale=2), "gamma": normal(shape[-1]), "beta": normal(shape[-1])}
    compute = lambda x, gamma, beta: last(F.instance_norm(first(x), weight=gamma, bias=beta, eps=1e-5))
    case("instanceNorm", str(list(shape)), compute, inputs, {"epsilon": 1e-5})
for shape in [(4, 5), (2, 3, 7), (3, 1)]:
    inputs = {"x": normal(*shape, scale=2), "gamma": normal(shape[-1]), "beta": normal(shape[-1])}
    compute = lambda x, gamma, beta: F.layer_norm(x, x.shape[-1:], gamma, beta, eps=1e-5)
    case("layerNorm", str(list(shape)), compute, inputs, {"epsilon": 1e-5})


# Recurrent layers over [batch, time, features]. Weights are [in, gates * hidden]: PyTorch's transposed, its order of
# gates kept (GRU: reset, update, new; LSTM: in, forget, cell, out), its two biases kept apart.
def run(cls, x, h, wx, wh, bx, bh, c=None):
    layer = cls(x.shape[2], h.shape[1], batch_first=True)
    parameters = {"weight_ih_l0": wx.T, "weight_hh_l0": wh.T, "bias_ih_l0": bx, "bias_hh_l0": bh}
    state = h[None] if c is None else (h[None], c[None])
    y, end = torch.func.functional_call(layer, parameters, (x, state))
    if c is None:
        return {"y": y, "h": end[0]}
    return {"y": y, "h": end[0][0], "c": end[1][0]}


def recurrent(op, cls, gates, batch, time, width, hidden):
    inputs = {
        "x": normal(batch, time, width),
        "h": normal(batch, hidden),
        "wx": normal(width, gates * hidden, scale=0.5),
        "wh": normal(hidden, gates * hidden, scale=0.5),
        "bx": normal(gates * hidden, scale=0.5),
        "bh": normal(gates * hidden, scale=0.5),
    }
    if op == "lstm":
        inputs["c"] = normal(batch, hidden)
    case(op, f"batch {batch}, {time} steps, {width} to {hidden}", lambda **given: run(cls, **given), inputs)


for sizes in [(2, 1, 3, 4), (2, 5, 3, 2), (1, 3, 1, 1)]:
    recurrent("gru", torch.nn.GRU, 3, *sizes)
    recurrent("lstm", torch.nn.LSTM, 4, *sizes)
    recurrent("rnn", torch.nn.RNN, 1, *sizes)


# Attention over [batch, heads, length, width]: softmax(q k^T / sqrt(width)) v. A mask is true where one may look.
def attention(causal, mask):
    return lambda q, k, v, **_: F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=causal)


for queries, keys in [(4, 4), (3, 5), (1, 6)]:
    inputs = {"q": normal(2, 2, queries, 3), "k": normal(2, 2, keys, 3), "v": normal(2, 2, keys, 4)}
    case("attention", f"{queries} queries, {keys} keys", attention(False, None), inputs, {"causal": False})
    if queries == keys:
        case("attention", "causal", attention(True, None), inputs, {"causal": True})
    lengths = torch.tensor([keys, max(1, keys - 2)])
    mask = (torch.arange(keys)[None, :] < lengths[:, None])[:, None, None, :]
    case("attention", f"padded, {queries} queries, {keys} keys", attention(False, mask), {**inputs, "mask": mask}, {"causal": False})
    if queries == keys:
        both = mask & torch.tril(torch.ones(queries, keys, dtype=torch.bool))
        case("attention", "causal and padded", attention(False, both), {**inputs, "mask": both}, {"causal": False})

# Losses: the mean over all elements, or over the batch.
prediction, target = normal(4, 3, scale=2), normal(4, 3, scale=2)
for delta in [1.0, 0.5, 2.5]:
    compute = lambda prediction, target: F.huber_loss(prediction, target, delta=delta)
    case("huber", f"delta {delta}", compute, {"prediction": prediction, "target": target}, {"delta": delta, "reduction": "mean"})
labels = torch.tensor([2, 0, 4, 1], dtype=torch.int32)
logits = normal(4, 5, scale=3)
for smoothing in [0.0, 0.1, 0.5]:
    compute = lambda logits, labels: F.cross_entropy(logits, labels.long(), label_smoothing=smoothing)
    case("crossEntropy", f"labels, smoothing {smoothing}", compute, {"logits": logits, "labels": labels}, {"labelSmoothing": smoothing, "reduction": "mean"})
    distribution = torch.softmax(normal(4, 5, requires_grad=False), 1)
    compute = lambda logits, distribution: F.cross_entropy(logits, distribution, label_smoothing=smoothing)
    case("crossEntropy", f"distributions, smoothing {smoothing}", compute, {"logits": logits, "distribution": distribution}, {"labelSmoothing": smoothing, "reduction": "mean"})


# Convolutions. F.pad takes the last axis first.
def padded(x, padding):
    return F.pad(x, [p for pair in reversed(padding) for p in pair])


def conv(x, w, b, stride, padding, dilation, groups):
    spatial = w.dim() - 2
    w = w.permute(spatial + 1, spatial, *range(spatial)).contiguous()
    f = [None, F.conv1d, F.conv2d][spatial]
    return last(f(padded(first(x), padding), w, b, stride=stride, dilation=dilation, groups=groups))


def convolution(op, name, x, w, stride, padding, dilation, groups):
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    inputs = {"x": normal(*x), "w": normal(*w), "b": normal(w[-1])}
    case(op, name, lambda x, w, b: conv(x, w, b, **options), inputs, options)


none = [[0, 0], [0, 0]]
same = [[1, 1], [1, 1]]
convolution("conv2d", "plain", (2, 5, 4, 2), (3, 3, 2, 3), [1, 1], none, [1, 1], 1)
convolution("conv2d", "stride 2, padding 1", (2, 5, 6, 2), (3, 3, 2, 3), [2, 2], same, [1, 1], 1)
convolution("conv2d", "uneven all over", (1, 7, 6, 3), (2, 3, 3, 2), [2, 1], [[0, 1], [2, 0]], [1, 2], 1)
convolution("conv2d", "dilation 2", (2, 7, 7, 2), (3, 3, 2, 2), [1, 1], [[2, 2], [2, 2]], [2, 2], 1)
convolution("conv2d", "dilation 2 and stride 2", (1, 9, 8, 1), (3, 2, 1, 2), [2, 2], none, [2, 3], 1)
convolution("conv2d", "2 groups", (2, 4, 5, 4), (3, 3, 2, 6), [1, 1], same, [1, 1], 2)
convolution("conv2d", "3 groups, dilation 2", (1, 6, 6, 3), (2, 2, 1, 6), [1, 1], none, [2, 2], 3)
convolution("conv2d", "depthwise, stride 2", (2, 5, 5, 3), (3, 3, 1, 3), [2, 2], same, [1, 1], 3)
convolution("conv2d", "1x1", (2, 3, 3, 4), (1, 1, 4, 2), [1, 1], none, [1, 1], 1)
convolution("conv1d", "plain", (2, 7, 3), (3, 3, 4), [1], [[0, 0]], [1], 1)
convolution("conv1d", "causal, dilation 2", (2, 8, 2), (3, 2, 3), [1], [[4, 0]], [2], 1)
convolution("conv1d", "stride 2, 2 groups", (1, 9, 4), (4, 2, 6), [2], [[1, 2]], [1], 2)


def transposed(name, x, w, stride, padding, output_padding, dilation=(1, 1), groups=1):
    def compute(x, w, b):
        f = F.conv_transpose2d(
            first(x), w.permute(3, 2, 0, 1).contiguous(), b, stride, padding, output_padding, groups, dilation
        )
        return last(f)

    options = {
        "stride": stride,
        "padding": [[p, p] for p in padding],
        "outputPadding": output_padding,
        "dilation": list(dilation),
        "groups": groups,
    }
    inputs = {"x": normal(*x), "w": normal(*w), "b": normal(w[2] * groups)}
    case("convTranspose2d", name, compute, inputs, options)


transposed("plain", (2, 3, 4, 2), (3, 3, 3, 2), [1, 1], [0, 0], [0, 0])
transposed("stride 2", (2, 3, 3, 2), (2, 2, 3, 2), [2, 2], [0, 0], [0, 0])
transposed("stride 2, padding 1, output padding 1", (2, 3, 4, 2), (3, 3, 3, 2), [2, 2], [1, 1], [1, 1])
transposed("stride 3 and 2, output padding 2 and 0", (1, 2, 3, 1), (4, 3, 2, 1), [3, 2], [1, 0], [2, 0])
transposed("dilation 2", (1, 3, 3, 2), (3, 2, 1, 2), [1, 1], [1, 0], [0, 0], (2, 2))
transposed("2 groups", (1, 3, 3, 4), (3, 3, 2, 4), [2, 2], [1, 1], [1, 1], (1, 1), 2)

# Local response normalisation, x / (k + alpha/size * sum of squares over `size` channels)^beta, as in PyTorch; tfjs and
# the paper do not divide alpha by the size.
for size, shape in [(3, (2, 2, 3, 5)), (5, (1, 2, 2, 7)), (4, (1, 1, 2, 6))]:
    for k, alpha, beta in [(2.0, 0.05, 0.75), (1.0, 1.0, 0.5)]:
        compute = lambda x: last(F.local_response_norm(first(x), size, alpha, beta, k))
        options = {"size": size, "alpha": alpha, "beta": beta, "k": k}
        case("localResponseNorm", f"size {size}, alpha {alpha}", compute, {"x": normal(*shape)}, options)

# Resizing. Without alignCorners, pixel centres lie at half numbers (tfjs's halfPixelCenters).
for align in [True, False]:
    for (h, w), (out_h, out_w) in [((2, 3), (4, 6)), ((4, 5), (2, 3)), ((3, 3), (7, 2)), ((1, 2), (3, 3))]:
        compute = lambda x: last(F.interpolate(first(x), size=(out_h, out_w), mode="bilinear", align_corners=align))
        options = {"size": [out_h, out_w], "alignCorners": align}
        case("resizeBilinear", f"{h}x{w} to {out_h}x{out_w}, align {align}", compute, {"x": normal(2, h, w, 2)}, options)
for factor in [2, 3]:
    compute = lambda x: last(F.interpolate(first(x), scale_factor=factor, mode="nearest"))
    case("upsampleNearest", f"by {factor}", compute, {"x": normal(2, 2, 3, 2)}, {"factor": factor})

# Patches (im2col) in the order of a filter: rows, columns, channels; PyTorch's unfold has the channels first.
def window_rows(x, size, stride, padding, dilation):
    x = padded(first(x), padding)
    out = [(n - d * (k - 1) - 1) // s + 1 for n, k, s, d in zip(x.shape[2:], size, stride, dilation)]
    rows = F.unfold(x, size, dilation, 0, stride).reshape(x.shape[0], x.shape[1], *size, *out)
    return rows.permute(0, 4, 5, 2, 3, 1)


def local(name, x, size, filters, stride, padding, dilation=(1, 1)):
    options = {"size": size, "stride": stride, "padding": padding, "dilation": list(dilation)}
    x = normal(*x)
    case("patches", name, lambda x: window_rows(x, **options).flatten(3), {"x": x}, options)
    places = window_rows(x, **options).shape[1:]
    inputs = {"x": x, "w": normal(*places, filters), "b": normal(*places[:2], filters)}
    compute = lambda x, w, b: torch.einsum("nijabc,ijabco->nijo", window_rows(x, **options), w) + b
    case("locallyConnected2d", name, compute, inputs, options)


local("plain", (2, 4, 5, 2), [3, 3], 2, [1, 1], none)
local("stride 2, padding 1", (2, 5, 4, 2), [3, 2], 3, [2, 2], same)
local("uneven all over", (1, 6, 5, 1), [2, 3], 2, [2, 1], [[0, 1], [2, 0]], (1, 2))
local("1x1", (3, 2, 3, 2), [1, 1], 2, [1, 1], none)

assert all(math.isfinite(v) for c in cases for part in ("output", "gradients") for t in c[part].values() for v in t["values"])
target = pathlib.Path(__file__).with_suffix(".json")
lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
target.write_text(f"[\n{lines}\n]\n")
print(f"{len(cases)} cases, {target.stat().st_size} bytes")
