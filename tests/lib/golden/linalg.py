"""Writes linalg.json: what NumPy 2.4.6 computes, in float64. Signs of singular vectors and eigenvectors are chosen so
that the largest entry in each column of U, or of the eigenvectors, is positive.

A case: name, A and b ({shape, values}), and the results that are defined for this A.

    python tests/lib/golden/linalg.py
"""

import json
import pathlib

import numpy as np

rng = np.random.default_rng(8)
cases = []


def dump(a):
    a = np.asarray(a)
    return {"shape": list(a.shape), "values": a.flatten().tolist()}


def signs(columns):
    return np.where(np.take_along_axis(columns, np.abs(columns).argmax(0)[None], 0) < 0, -1.0, 1.0)[0]


def case(name, a, symmetric=False, definite=False, regular=True):
    a = np.asarray(a, float)
    m, n = a.shape
    entry = {"name": name, "A": dump(a)}
    q, r = np.linalg.qr(a)
    entry["qr"] = {"Q": dump(q), "R": dump(r)}
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    if min(m, n) > 0:
        flip = signs(u)
        u, vt = u * flip, vt * flip[:, None]
    # Vectors that belong to equal singular values, or to 0, are not unique.
    distinct = min(m, n) < 2 or (np.min(s[:-1] - s[1:]) > 1e-6 * s[0] and s[-1] > 1e-6 * s[0])
    entry["svd"] = {"S": dump(s)} | ({"U": dump(u), "Vt": dump(vt)} if distinct else {})
    entry["pinv"] = dump(np.linalg.pinv(a))
    entry["rank"] = int(np.linalg.matrix_rank(a))
    kinds = [("1", 1), ("2", 2), ("inf", np.inf), ("frobenius", "fro"), ("nuclear", "nuc")]
    if a.size:
        entry["norm"] = {key: float(np.linalg.norm(a, kind)) for key, kind in kinds}
    b = rng.standard_normal((m, 2)).round(3)
    entry["b"] = dump(b)
    entry["lstsq"] = dump(np.linalg.lstsq(a, b, rcond=None)[0])
    if m == n:
        entry["det"] = float(np.linalg.det(a))
        values = np.linalg.eigvals(a)
        entry["eigvals"] = {"real": dump(values.real), "imaginary": dump(values.imag)}
        if regular:
            entry["solve"] = dump(np.linalg.solve(a, b))
            entry["inv"] = dump(np.linalg.inv(a))
    if symmetric:
        values, vectors = np.linalg.eigh(a)
        entry["eigh"] = {"values": dump(values), "vectors": dump(vectors * signs(vectors) if n else vectors)}
    if definite:
        entry["cholesky"] = dump(np.linalg.cholesky(a))
    cases.append(entry)


def normal(*shape):
    return rng.standard_normal(shape).round(4)


for shape in [(1, 1), (2, 2), (3, 3), (5, 5), (8, 8), (7, 3), (3, 7), (1, 5), (5, 1), (0, 3), (3, 0), (0, 0)]:
    case(f"normal {list(shape)}", normal(*shape))
case("graded", normal(5, 5) * np.array([1e6, 1e3, 1, 1e-2, 1e-4]))
case("orthogonal", np.linalg.qr(normal(4, 4))[0])
case("rank 2 of 4", normal(5, 2) @ normal(2, 4))
case("zeros", np.zeros((3, 2)))
case("singular", [[1, 2, 3], [4, 5, 6], [7, 8, 9]], regular=False)
case("Hilbert", [[1 / (i + j + 1) for j in range(4)] for i in range(4)], symmetric=True, definite=True)
g = normal(6, 9)
case("covariance", g @ g.T / 9, symmetric=True, definite=True)
case("symmetric, indefinite", g[:, :6] + g[:, :6].T, symmetric=True)
case("diagonal", np.diag([3.0, -1.0, 2.0]), symmetric=True)
case("a rotation", [[0, -1, 0], [1, 0, 0], [0, 0, 1]])
case("companion of x^4 - 1", [[0, 0, 0, 1], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]])
case("triangular", np.triu(normal(4, 4)) + 3 * np.eye(4))
case("Jordan block", np.eye(3) * 2 + np.eye(3, k=1))

target = pathlib.Path(__file__).with_suffix(".json")
lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
target.write_text(f"[\n{lines}\n]\n")
print(f"{len(cases)} cases, {target.stat().st_size} bytes")
