"""Writes evaluate.json: what scikit-learn 1.9.1 and SciPy 1.17.1 compute, in float64.

Each section is a list of cases: what goes in, and what comes out under the library's own names.

    python tests/lib/golden/evaluate.py
"""

import itertools
import json
import pathlib

import numpy as np
from scipy import stats
from sklearn import metrics, model_selection

rng = np.random.default_rng(9)


def number(x):
    x = float(x)
    return "Infinity" if x == np.inf else x


def numbers(xs):
    return [number(x) for x in xs]


# --- classes ---------------------------------------------------------------------------------------------------
classes = []
for n, c in [(1, 2), (2, 2), (30, 2), (41, 2), (50, 3), (200, 5), (400, 10), (12, 4)]:
    truth = rng.integers(0, c, n)
    predicted = np.where(rng.random(n) < 0.6, truth, rng.integers(0, c, n))
    case = {"truth": truth.tolist(), "predicted": predicted.tolist()}
    case["confusionMatrix"] = metrics.confusion_matrix(truth, predicted, labels=range(c)).tolist()
    case["classes"] = c
    case["accuracy"] = metrics.accuracy_score(truth, predicted)
    case["balancedAccuracy"] = metrics.balanced_accuracy_score(truth, predicted)
    case["matthewsCorrelation"] = metrics.matthews_corrcoef(truth, predicted)
    case["averages"] = {}
    for average in (["binary"] if c == 2 else []) + ["macro", "micro", "weighted"]:
        p, r, f, _ = metrics.precision_recall_fscore_support(truth, predicted, average=average, zero_division=0)
        f2 = metrics.fbeta_score(truth, predicted, beta=2, average=average, zero_division=0)
        case["averages"][average] = {"precision": p, "recall": r, "f1": f, "f2": f2}
    p, r, f, s = metrics.precision_recall_fscore_support(truth, predicted, zero_division=0)
    case["report"] = [numbers(row) for row in zip(p, r, f, s)]
    classes.append(case)

# --- curves ----------------------------------------------------------------------------------------------------
curves = []
for n, ties in [(2, False), (10, False), (10, True), (60, False), (200, True), (500, False)]:
    truth = rng.integers(0, 2, n)
    truth[:2] = [0, 1]
    scores = rng.standard_normal(n) + truth
    if ties:
        scores = scores.round(0)
    fpr, tpr, thresholds = metrics.roc_curve(truth, scores, drop_intermediate=False)
    precision, recall, at = metrics.precision_recall_curve(truth, scores)
    curves.append(
        {
            "truth": truth.tolist(),
            "scores": scores.tolist(),
            "falsePositiveRate": numbers(fpr),
            "truePositiveRate": numbers(tpr),
            "thresholds": numbers(thresholds),
            "area": metrics.roc_auc_score(truth, scores),
            "precision": numbers(precision[::-1]),
            "recall": numbers(recall[::-1]),
            "averagePrecision": metrics.average_precision_score(truth, scores),
        }
    )

# --- regression ------------------------------------------------------------------------------------------------
regression = []
for n in [2, 10, 100]:
    truth = rng.standard_normal(n)
    predicted = truth + 0.3 * rng.standard_normal(n)
    regression.append(
        {
            "truth": truth.tolist(),
            "predicted": predicted.tolist(),
            "rmse": metrics.root_mean_squared_error(truth, predicted),
            "rSquared": metrics.r2_score(truth, predicted),
        }
    )

# --- folds -----------------------------------------------------------------------------------------------------
folds = []
for n, k in [(10, 2), (10, 3), (23, 5), (6, 6)]:
    tests = [test.tolist() for _, test in model_selection.KFold(k).split(np.zeros(n))]
    folds.append({"count": n, "folds": k, "tests": tests})
for n, k, c in [(20, 2, 2), (31, 5, 3), (60, 4, 4)]:
    labels = rng.integers(0, c, n)
    tests = [test.tolist() for _, test in model_selection.StratifiedKFold(k).split(np.zeros(n), labels)]
    folds.append({"count": n, "folds": k, "labels": labels.tolist(), "tests": tests})

# --- Wilcoxon --------------------------------------------------------------------------------------------------
wilcoxon = []


def signed_rank(x, y, alternative, zeros, method, continuity):
    how = {"exact": "exact", "normal": "asymptotic", "permutation": stats.PermutationMethod(n_resamples=np.inf)}
    result = stats.wilcoxon(
        x, y, zero_method=zeros, correction=continuity, alternative=alternative, method=how[method]
    )
    wilcoxon.append(
        {
            "first": x.tolist(),
            "second": y.tolist(),
            "options": {
                "alternative": alternative,
                "zeros": zeros,
                "method": "normal" if method == "normal" else "exact",
                "continuity": continuity,
            },
            "statistic": number(result.statistic),
            "pValue": number(result.pvalue),
        }
    )


SIDES = ["two-sided", "less", "greater"]
for n in [1, 2, 5, 10, 25, 50]:
    x, y = rng.standard_normal(n) + 0.3, rng.standard_normal(n)
    for side in SIDES:
        signed_rank(x, y, side, "wilcox", "exact", False)
        signed_rank(x, y, side, "wilcox", "normal", False)
for n in [6, 10, 12]:
    # Ties: SciPy goes through all signs. Without zeros, and with them left out.
    x = rng.integers(1, 6, n) * rng.choice([-1, 1, 1], n)
    with_zero = np.concatenate([x, [0, 0]])
    for side in SIDES:
        signed_rank(x, np.zeros(n), side, "wilcox", "permutation", False)
        kept = with_zero[with_zero != 0]
        signed_rank(kept, np.zeros(len(kept)), side, "wilcox", "permutation", False)
for n in [30, 80]:
    x, y = rng.integers(0, 8, n), rng.integers(0, 7, n)
    for side, zeros, continuity in itertools.product(SIDES, ["wilcox", "pratt", "zsplit"], [False, True]):
        signed_rank(x, y, side, zeros, "normal", continuity)

# --- McNemar ---------------------------------------------------------------------------------------------------
mcnemar = []
for b, c in [(0, 0), (1, 0), (0, 5), (3, 9), (12, 13), (10, 10), (40, 22), (120, 80), (700, 500), (30, 0), (2, 1)]:
    exact = stats.binomtest(min(b, c), b + c, 0.5).pvalue if b + c else 1.0
    entry = {"onlyFirst": b, "onlySecond": c, "exact": number(exact)}
    if b + c:
        corrected = max(0, abs(b - c) - 1) ** 2 / (b + c)
        plain = (b - c) ** 2 / (b + c)
        entry["corrected"] = [corrected, number(stats.chi2.sf(corrected, 1))]
        entry["chi-square"] = [plain, number(stats.chi2.sf(plain, 1))]
    mcnemar.append(entry)

# --- t ---------------------------------------------------------------------------------------------------------
t_test = []
for n in [2, 3, 10, 40, 300]:
    x, y = rng.standard_normal(n) + 0.4, rng.standard_normal(n)
    for side in SIDES:
        result = stats.ttest_rel(x, y, alternative=side)
        t_test.append(
            {
                "first": x.tolist(),
                "second": y.tolist(),
                "alternative": side,
                "statistic": number(result.statistic),
                "pValue": number(result.pvalue),
            }
        )

# --- binomial --------------------------------------------------------------------------------------------------
binomial = []
for k, n, p in [
    (0, 1, 0.5), (1, 1, 0.3), (5, 10, 0.5), (60, 100, 0.5), (97, 100, 0.9), (3, 1000, 0.01), (2970, 3000, 0.98),
    (0, 40, 0.1), (40, 40, 0.9), (500, 1000, 0.5), (51000, 100000, 0.5), (7, 20, 0.7), (12, 20, 0.25), (1, 300, 0.02),
]:
    entry = {"successes": k, "trials": n, "p": p, "pmf": stats.binom.pmf(k, n, p), "cdf": stats.binom.cdf(k, n, p)}
    entry["pValue"] = {side: number(stats.binomtest(k, n, p, side).pvalue) for side in SIDES}
    entry["interval"] = {}
    for method, level in itertools.product(["exact", "wilson"], [0.9, 0.95]):
        ci = stats.binomtest(k, n, p).proportion_ci(level, method)
        entry["interval"][f"{method} {level}"] = [number(ci.low), number(ci.high)]
    binomial.append(entry)

# The rule of 30: how often does chance move the number of right answers by 30 or more?
rule_of_30 = []
for size, accuracy in [(1000, 0.97), (3000, 0.97), (3000, 0.99), (3000, 0.5), (30000, 0.8), (30000, 0.999), (100, 0.5)]:
    mean = size * accuracy
    low, high = round(mean - 30, 9), round(mean + 30, 9)
    chance = stats.binom.cdf(np.floor(low), size, accuracy) + stats.binom.sf(np.ceil(high) - 1, size, accuracy)
    rule_of_30.append({"size": size, "accuracy": accuracy, "changed": 30, "chance": number(min(1, chance))})

# --- bootstrap -------------------------------------------------------------------------------------------------
bootstrap = []
for n, statistic in [(20, np.mean), (15, np.median), (40, np.std)]:
    x = rng.exponential(size=n)
    for method in ["percentile", "basic", "bca"]:
        result = stats.bootstrap(
            (x,), statistic, n_resamples=199, method=method, confidence_level=0.9, rng=np.random.default_rng(3)
        )
        bootstrap.append(
            {
                "method": method,
                "level": 0.9,
                "estimate": number(statistic(x)),
                "without": [number(statistic(np.delete(x, i))) for i in range(n)],
                "distribution": numbers(result.bootstrap_distribution),
                "low": number(result.confidence_interval.low),
                "high": number(result.confidence_interval.high),
            }
        )

# --- what is chosen where nothing is said, and what 0 / 0 is (last, so that the numbers drawn before stay) ---------------
for n, high in [(8, 4), (13, 4), (14, 4), (14, 10**9), (30, 5), (50, 10**9), (51, 10**9)]:
    x, y = rng.integers(0, high, n), rng.integers(0, high, n)
    for side, zeros in itertools.product(SIDES, ["wilcox", "pratt", "zsplit"]):
        result = stats.wilcoxon(x, y, alternative=side, zero_method=zeros)
        options = {"alternative": side, "zeros": zeros}
        wilcoxon.append(
            {"first": x.tolist(), "second": y.tolist(), "options": options,
             "statistic": number(result.statistic), "pValue": number(result.pvalue)}
        )
zero_division = []
for truth, predicted in [([0, 0, 1], [0, 0, 0]), ([0, 0, 0], [1, 0, 1]), ([2, 0, 1, 1], [0, 0, 3, 1]), ([0, 0], [0, 0])]:
    for average, zero in itertools.product(["macro", "micro", "weighted"], [0, 1]):
        p, r, f, _ = metrics.precision_recall_fscore_support(
            truth, predicted, average=average, zero_division=zero
        )
        options = {"average": average, "zeroDivision": zero}
        zero_division.append({"truth": truth, "predicted": predicted, "options": options, "scores": numbers([p, r, f])})

target = pathlib.Path(__file__).with_suffix(".json")
sections = {
    "classes": classes, "curves": curves, "regression": regression, "folds": folds, "wilcoxon": wilcoxon,
    "mcnemar": mcnemar, "tTest": t_test, "binomial": binomial, "ruleOf30": rule_of_30, "bootstrap": bootstrap,
    "zeroDivision": zero_division,
}
lines = ",\n".join(
    f'"{name}":[\n' + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]"
    for name, cases in sections.items()
)
target.write_text("{" + lines + "}\n")
print(f"{sum(map(len, sections.values()))} cases, {target.stat().st_size} bytes")
