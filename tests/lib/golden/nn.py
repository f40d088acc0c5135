"""Modules of PyTorch, their state dictionaries and what they compute, in nn.json. Run with PyTorch 2: python nn.py"""
import json
from pathlib import Path

import torch
from torch import nn

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)


class Small(nn.Module):
    """Convolution, depthwise, transposed, batch norm with running statistics, linear."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(2, 4, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(4)
        self.depthwise = nn.Conv2d(4, 4, 3, padding=1, groups=4)
        self.up = nn.ConvTranspose2d(4, 3, 2, stride=2)
        self.act = nn.PReLU(3)
        self.fc = nn.Linear(3, 2)

    def forward(self, x):
        y = torch.relu(self.bn1(self.conv1(x)))
        y = self.act(self.up(self.depthwise(y)))
        return self.fc(y.mean(dim=(2, 3)))


class Text(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(7, 3)
        self.lstm = nn.LSTM(3, 4, batch_first=True)
        self.norm = nn.LayerNorm(4)
        self.gru = nn.GRU(4, 3, batch_first=True)
        self.rnn = nn.RNN(3, 2, batch_first=True)

    def forward(self, x):
        y = self.lstm(self.tokens(x))[0]
        return self.rnn(self.gru(self.norm(y))[0])[0]


def tensor(x):
    return {"shape": list(x.shape), "dtype": str(x.dtype).split(".")[1], "data": x.flatten().tolist()}


def case(model, train, x, nhwc):
    if train is not None:
        model.train()
        model(train)
    model.eval()
    state = {k: tensor(v) for k, v in model.state_dict().items() if "num_batches" not in k}
    y = model(x)
    return {"state": state, "x": tensor(x.permute(0, 2, 3, 1) if nhwc else x), "y": tensor(y.detach())}


def multi_head():
    mha = nn.MultiheadAttention(4, 2, batch_first=True)
    nn.init.normal_(mha.in_proj_bias)
    nn.init.normal_(mha.out_proj.bias)
    x = torch.randn(2, 3, 4)
    state = {k: tensor(v) for k, v in mha.state_dict().items()}
    plain, maps = mha(x, x, x, average_attn_weights=False)
    causal = mha(x, x, x, attn_mask=torch.triu(torch.ones(3, 3), 1).bool())[0]
    padded = mha(x, x, x, key_padding_mask=torch.tensor([[False, False, False], [False, False, True]]))[0]
    other = torch.randn(2, 5, 4)
    cross = mha(x, other, other)[0]
    values = {"x": x, "other": other, "plain": plain, "maps": maps, "causal": causal, "padded": padded, "cross": cross}
    return {"state": state, **{k: tensor(v.detach()) for k, v in values.items()}}


def transformer_layer(norm_first):
    layer = nn.TransformerEncoderLayer(4, 2, 6, dropout=0, batch_first=True, norm_first=norm_first, activation="gelu")
    x = torch.randn(2, 3, 4)
    state = {k: tensor(v) for k, v in layer.state_dict().items()}
    layer.train()  # the slow path, the definition
    return {"state": state, "x": tensor(x), "y": tensor(layer(x).detach())}


class Deep(nn.Module):
    """Two layers, two directions; attention to itself and to another; a depthwise convolution with two filters a channel."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 2, num_layers=2, bidirectional=True, batch_first=True)
        self.gru = nn.GRU(4, 2, bidirectional=True, bias=False, batch_first=True)
        self.self_attn = nn.MultiheadAttention(4, 2, batch_first=True)
        self.cross_attn = nn.MultiheadAttention(4, 2, batch_first=True)
        self.depthwise = nn.Conv2d(1, 2, 3, padding=1, groups=1)
        self.twice = nn.Conv2d(2, 4, 3, padding=1, groups=2)
        nn.init.normal_(self.self_attn.in_proj_bias)
        nn.init.normal_(self.cross_attn.in_proj_bias)

    def forward(self, x):
        y = self.gru(self.lstm(x)[0])[0]
        z = self.self_attn(y, y, y)[0]
        w = self.cross_attn(z, y, y)[0]
        return self.twice(self.depthwise(w[:, None])).permute(0, 2, 3, 1)


values = {
    "small": case(Small(), torch.randn(5, 2, 6, 6), torch.randn(2, 2, 6, 6), True),
    "text": case(Text(), None, torch.randint(7, (2, 4)), False),
    "multiHead": multi_head(),
    "before": transformer_layer(True),
    "after": transformer_layer(False),
    "deep": case(Deep(), None, torch.randn(2, 3, 3), False),
}
Path(__file__).with_suffix(".json").write_text(json.dumps(values) + "\n")
