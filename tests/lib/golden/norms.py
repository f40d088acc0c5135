"""Norms as PyTorch's modules compute them, with their options, in norms.json. Run with PyTorch 2: python norms.py

A case: the layer here, its options, the input (in the order of axes said by the options), the state dictionary, the result in
training, the gradients of sum(y * cos(1, 2, ...)), and the result in evaluation after that one step.
"""
import json
from pathlib import Path

import torch
from torch import nn

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)


def tensor(x):
    return {"shape": list(x.shape), "values": x.detach().flatten().tolist()}


def case(name, kind, options, module, shape):
    for p in module.parameters():
        nn.init.normal_(p)
    x = (2 * torch.randn(shape) + 1).requires_grad_()
    before = {k: tensor(v) for k, v in module.state_dict().items() if "num_batches" not in k}
    y = module.train()(x)
    upstream = torch.cos(torch.arange(1, y.numel() + 1.0)).reshape(y.shape)
    names = [k for k, _ in module.named_parameters()]
    grads = torch.autograd.grad((y * upstream).sum(), [x, *module.parameters()])
    after = {k: tensor(v) for k, v in module.state_dict().items() if "running" in k}
    return {"name": name, "kind": kind, "options": options, "x": tensor(x), "state": before, "y": tensor(y), "after": after,
            "gradients": {k: tensor(g) for k, g in zip(["x", *names], grads)}, "evaluated": tensor(module.eval()(x))}


off = {"scale": False, "bias": False}
cases = [
    case("two trailing axes", "layerNorm", {"axis": [-2, -1]}, nn.LayerNorm((3, 4)), (2, 3, 4)),
    case("three trailing axes", "layerNorm", {"axis": [1, 2, 3]}, nn.LayerNorm((2, 3, 4)), (3, 2, 3, 4)),
    case("two of four axes", "layerNorm", {"axis": [2, 3], "epsilon": 0.1}, nn.LayerNorm((3, 4), eps=0.1), (2, 2, 3, 4)),
    case("all axes", "layerNorm", {"axis": [0, 1]}, nn.LayerNorm((3, 4)), (3, 4)),
    case("without affine", "layerNorm", off, nn.LayerNorm(4, elementwise_affine=False), (2, 3, 4)),
    case("without bias, two axes", "layerNorm", {"axis": [-2, -1], "bias": False}, nn.LayerNorm((3, 4), bias=False), (2, 3, 4)),
    case("channels in axis 1", "batchNorm", {"axis": 1}, nn.BatchNorm2d(3), (4, 3, 2, 2)),
    case("of sequences, another epsilon and momentum", "batchNorm", {"axis": 1, "epsilon": 1e-3, "momentum": 0.3},
         nn.BatchNorm1d(3, eps=1e-3, momentum=0.3), (4, 3, 5)),
    case("without affine", "batchNorm", off, nn.BatchNorm1d(3, affine=False), (5, 3)),
    case("channels in axis 1", "groupNorm", {"axis": 1, "groups": 2}, nn.GroupNorm(2, 4), (2, 4, 3, 2)),
    case("without affine", "groupNorm", {"axis": 1, "groups": 3, **off}, nn.GroupNorm(3, 6, affine=False), (2, 6, 3)),
    case("channels in axis 1", "instanceNorm", {"axis": 1}, nn.InstanceNorm2d(3, affine=True), (2, 3, 4, 2)),
    case("without affine, as PyTorch has it by itself", "instanceNorm", {"axis": 1, **off}, nn.InstanceNorm1d(3), (2, 3, 4)),
]
Path(__file__).with_suffix(".json").write_text(json.dumps(cases) + "\n")
