"""Writes optim.json: where the optimizers of PyTorch 2.15 lead in 100 steps, what its schedulers say, and what SciPy
1.17 finds on Rosenbrock's function; all in float64.

    python tests/lib/golden/optim.py   (with torch)
    python tests/lib/golden/optim.py scipy   (with scipy; the first part stays as it is)
"""

import json
import pathlib
import sys

path = pathlib.Path(__file__).with_suffix(".json")
N = 12


def with_torch():
    import math

    import torch

    torch.set_default_dtype(torch.float64)
    scale = torch.logspace(-1, 1, N)

    def ravine(p):
        return (scale * (p - 1) ** 2).sum() + 0.3 * torch.cos(3 * p).sum()

    def start():
        return torch.cos(torch.arange(N, dtype=torch.float64)).requires_grad_()

    def walk(make, steps=100):
        p = start()
        optimizer = make([p])
        points = {}

        def closure():
            optimizer.zero_grad()
            loss = ravine(p)
            loss.backward()
            return loss

        for step in range(1, steps + 1):
            optimizer.step(closure)
            if step in (1, 10, steps):
                points[step] = p.detach().tolist()
        return points

    o = torch.optim
    walks = {
        "gradientDescent": walk(lambda p: o.SGD(p, 0.02)),
        "momentum": walk(lambda p: o.SGD(p, 0.01, momentum=0.9)),
        "nesterov": walk(lambda p: o.SGD(p, 0.01, momentum=0.9, nesterov=True)),
        "sgd decay": walk(lambda p: o.SGD(p, 0.01, momentum=0.5, weight_decay=0.1)),
        "adagrad": walk(lambda p: o.Adagrad(p, 0.1, eps=1e-10)),
        "adagrad initial": walk(lambda p: o.Adagrad(p, 0.1, initial_accumulator_value=0.1, eps=1e-7)),
        "adadelta": walk(lambda p: o.Adadelta(p, 1.0, rho=0.9, eps=1e-6)),
        "rmsprop": walk(lambda p: o.RMSprop(p, 0.01, alpha=0.9, eps=1e-8)),
        "rmsprop momentum": walk(lambda p: o.RMSprop(p, 0.003, alpha=0.99, eps=1e-8, momentum=0.9)),
        "rmsprop centered": walk(lambda p: o.RMSprop(p, 0.003, alpha=0.99, eps=1e-8, centered=True)),
        "adam": walk(lambda p: o.Adam(p, 0.05)),
        "adam decay": walk(lambda p: o.Adam(p, 0.05, betas=(0.8, 0.99), weight_decay=0.1)),
        "adamw": walk(lambda p: o.AdamW(p, 0.05, weight_decay=0.1)),
        "lbfgs": walk(
            lambda p: o.LBFGS(
                p, max_iter=1, max_eval=26, history_size=5, line_search_fn="strong_wolfe", tolerance_grad=0, tolerance_change=0
            ),
            12,
        ),
    }

    # A small network, from elsewhere and with other settings.
    torch.manual_seed(3)
    x, y, w, v = torch.randn(40, 7), torch.randn(40), torch.randn(7, 5), torch.randn(5)

    def network(make, steps=100):
        p = [w.clone().requires_grad_(), v.clone().requires_grad_()]
        optimizer = make(p)

        def closure():
            optimizer.zero_grad()
            loss = ((torch.tanh(x @ p[0]) @ p[1] - y) ** 2).mean()
            loss.backward()
            return loss

        for _ in range(steps):
            optimizer.step(closure)
        return [a.detach().flatten().tolist() for a in p]

    networks = {
        "gradientDescent": network(lambda p: o.SGD(p, 0.1)),
        "momentum": network(lambda p: o.SGD(p, 0.03, momentum=0.7)),
        "nesterov decay": network(lambda p: o.SGD(p, 0.03, momentum=0.8, nesterov=True, weight_decay=0.05)),
        "adagrad": network(lambda p: o.Adagrad(p, 0.2)),
        "adadelta": network(lambda p: o.Adadelta(p, 0.7, rho=0.95, eps=1e-5)),
        "rmsprop": network(lambda p: o.RMSprop(p, 0.02, alpha=0.95)),
        "rmsprop momentum centered": network(
            lambda p: o.RMSprop(p, 0.01, alpha=0.95, momentum=0.5, centered=True, eps=1e-6)
        ),
        "adam": network(lambda p: o.Adam(p, 0.03, betas=(0.85, 0.995), eps=1e-6)),
        "adam decay": network(lambda p: o.Adam(p, 0.03, weight_decay=0.2)),
        "adamw": network(lambda p: o.AdamW(p, 0.03, weight_decay=0.3)),
        "lbfgs": network(
            lambda p: o.LBFGS(
                p, 0.5, max_iter=1, max_eval=26, history_size=7, line_search_fn="strong_wolfe", tolerance_grad=0, tolerance_change=0
            ),
            20,
        ),
    }

    def rates(make, count=30):
        optimizer = o.SGD([start()], 0.1)
        scheduler = make(optimizer)
        found = []
        for _ in range(count):
            found.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        return found

    s = o.lr_scheduler
    schedules = {
        "stepDecay": rates(lambda a: s.StepLR(a, 7, 0.5)),
        "exponentialDecay": rates(lambda a: s.ExponentialLR(a, math.exp(-0.05))),
        "powerDecay": rates(lambda a: s.ExponentialLR(a, 0.95)),
        "cosineDecay": rates(lambda a: s.CosineAnnealingLR(a, 30, 0.001)),
        "inverseDecay": rates(lambda a: s.LambdaLR(a, lambda t: 1 / (1 + 0.5 * t))),
        "inverseRootDecay": rates(lambda a: s.LambdaLR(a, lambda t: 2 / math.sqrt(t + 1))),
        "warmUp": rates(
            lambda a: s.SequentialLR(
                a, [s.LinearLR(a, 0.2, 1, 4), s.ExponentialLR(a, 0.95)], [5]
            )
        ),
    }

    p = [torch.tensor([3.0, -4.0]), torch.tensor([[1.0, 2.0], [-2.0, 0.5]])]
    g = [torch.tensor([30.0, -0.4]), torch.tensor([[1.0, 2.0], [-20.0, 0.5]])]

    def clipped(how):
        for a, b in zip(p, g):
            a.grad = b.clone()
        how(p)
        return [a.grad.flatten().tolist() for a in p]

    clip = torch.nn.utils
    return {
        "walks": walks,
        "network": {"start": [a.flatten().tolist() for a in (x, y, w, v)], "ends": networks},
        "schedules": schedules,
        "clipByGlobalNorm": clipped(lambda q: clip.clip_grad_norm_(q, 2.0)),
        "clipByValue": clipped(lambda q: clip.clip_grad_value_(q, 2.0)),
        "clipByNorm": clipped(lambda q: [clip.clip_grad_norm_([a], 2.0) for a in q]),
    }


def with_scipy():
    import numpy as np
    from scipy.optimize import minimize, rosen, rosen_der, rosen_hess

    found = {}
    for n in (2, 5, 10):
        x0 = np.where(np.arange(n) % 2 == 0, -1.2, 1.0)
        for method, options in (
            ("L-BFGS-B", {"ftol": 1e-15, "gtol": 1e-9, "maxcor": 10, "maxiter": 500}),
            ("BFGS", {"gtol": 1e-9}),
        ):
            result = minimize(rosen, x0, jac=rosen_der, method=method, options=options)
            found[f"{method} {n}"] = {
                "x": result.x.tolist(),
                "steps": int(result.nit),
                "evaluations": int(result.nfev),
            }
        x = x0.copy()
        points = []
        for _ in range(8):
            x = x - np.linalg.solve(rosen_hess(x), rosen_der(x))
            points.append(x.tolist())
        found[f"newton {n}"] = {"points": points}
    return {"rosenbrock": found}


known = json.loads(path.read_text()) if path.exists() else {}
known |= with_scipy() if "scipy" in sys.argv else with_torch()
path.write_text(json.dumps(known) + "\n")
