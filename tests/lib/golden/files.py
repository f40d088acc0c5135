"""Writes files.json: small files as NumPy and safetensors write them, with what they hold.

Each case: name, format (npy, npz, safetensors), bytes (base64) and tensors: name -> {dtype, shape, values}, where
dtype is what the tensor should have and values are row-major. NaN and infinities are the strings "NaN",
"Infinity" and "-Infinity". Run with NumPy 2.4.6, safetensors 0.8.0 and ml_dtypes:

    python tests/lib/golden/files.py
"""

import base64
import io
import json
import pathlib

import ml_dtypes
import numpy as np
from numpy.lib import format as npy
from safetensors.numpy import save as save_safetensors

rng = np.random.default_rng(5)
cases = []


def kind(dtype):
    if dtype == np.bool_:
        return "bool"
    if dtype.kind in "iu":
        return "int32"
    return "float64" if dtype == np.float64 else "float32"


def number(value):
    value = float(value)
    if np.isnan(value):
        return "NaN"
    if np.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return int(value) if value == int(value) and value != 0 else value


def described(array):
    return {
        "dtype": kind(array.dtype),
        "shape": list(array.shape),
        "values": [number(v) for v in array.flatten(order="C")],
    }


def case(name, form, content, arrays):
    tensors = {key: described(array) for key, array in arrays.items()}
    cases.append(
        {"name": name, "format": form, "bytes": base64.b64encode(content).decode(), "tensors": tensors}
    )


def save(array, version=None):
    out = io.BytesIO()
    npy.write_array(out, array, version=version)
    return out.getvalue()


def sample(dtype, shape):
    dtype = np.dtype(dtype)
    if dtype == np.bool_:
        return rng.random(shape) < 0.5
    if dtype.kind == "f":
        return (rng.standard_normal(shape) * 100).astype(dtype)
    info = np.iinfo(dtype)
    low, high = max(info.min, -(2**31)), min(info.max, 2**31 - 1)
    array = rng.integers(low, high, size=shape, endpoint=True).astype(dtype)
    array.flat[0], array.flat[-1] = low, high
    return array


TYPES = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]
for code in TYPES:
    array = sample(code, (3, 5))
    case(f"{code}", "npy", save(array), {"": array})
    if np.dtype(code).itemsize > 1:
        swapped = array.astype(np.dtype(code).newbyteorder(">"))
        case(f"{code}, big-endian", "npy", save(swapped), {"": array})

array = sample("f4", (2, 3, 4))
case("Fortran order", "npy", save(np.asfortranarray(array)), {"": array})
case("Fortran order, big-endian", "npy", save(np.asfortranarray(array.astype(">f4"))), {"": array})
for version in [(1, 0), (2, 0), (3, 0)]:
    case(f"version {version[0]}", "npy", save(array, version), {"": array})
for shape in [(), (1,), (0,), (0, 3), (3, 0), (7,), (1, 1, 1, 1, 2)]:
    array = sample("f8", shape) if np.prod(shape) else np.zeros(shape)
    case(f"shape {list(shape)}", "npy", save(array), {"": array})
special = np.array([0.0, -0.0, np.nan, np.inf, -np.inf, 6e-8, 6.1e-5, 65504, 1 / 3], np.float16)
case("special float16", "npy", save(special), {"": special})

model = {"W": sample("f4", (4, 3)), "b": sample("f8", (3,)), "steps": np.array(7), "mask": sample("?", (6,))}
for writer, name in [(np.savez, "savez"), (np.savez_compressed, "savez_compressed")]:
    out = io.BytesIO()
    writer(out, **model)
    case(name, "npz", out.getvalue(), model)
out = io.BytesIO()
np.savez_compressed(out, **{"zéros": np.zeros((20, 50), np.float32), "empty": np.zeros((0, 2), np.int32)})
case("names beyond ASCII", "npz", out.getvalue(), {"zéros": np.zeros((20, 50), np.float32), "empty": np.zeros((0, 2), np.int32)})

tensors = {code: sample(code, (2, 3)) for code in TYPES}
tensors["bf16"] = sample("f4", (2, 3)).astype(ml_dtypes.bfloat16)
tensors["scalar"] = np.array(2.5, np.float32)
tensors["empty"] = np.zeros((0, 4), np.float64)
tensors["zwölf"] = sample("i4", (12,))
exact = {name: a.astype(np.float32) if a.dtype == ml_dtypes.bfloat16 else a for name, a in tensors.items()}
case("every type", "safetensors", save_safetensors(tensors, {"format": "np", "lesson": "10"}), exact)

target = pathlib.Path(__file__).with_suffix(".json")
lines = ",\n".join(json.dumps(c, ensure_ascii=False, separators=(",", ":")) for c in cases)
target.write_text(f"[\n{lines}\n]\n")
print(f"{len(cases)} cases, {target.stat().st_size} bytes")
