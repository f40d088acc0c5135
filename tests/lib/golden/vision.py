# Golden values of lib/vision and of the losses for embeddings and masks, from torchvision, pycocotools and PyTorch:
#   pip install torch torchvision pycocotools && python vision.py > vision.json
import contextlib
import io
import json

import numpy as np
import torch
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from torchvision import ops

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(7)


def boxes(n, side=100):
    centre, size = rng.uniform(20, side - 20, (n, 2)), rng.uniform(5, 50, (n, 2))
    return torch.tensor(np.concatenate([centre - size / 2, centre + size / 2], 1))


a, b = boxes(9), boxes(6)
out = {"iou": {"a": a, "b": b, "iou": ops.box_iou(a, b), "giou": ops.generalized_box_iou(a, b),
               "diou": ops.distance_box_iou(a, b), "ciou": ops.complete_box_iou(a, b)}}

many, scores, kinds = boxes(60), torch.tensor(rng.uniform(0, 1, 60)), torch.tensor(rng.integers(0, 3, 60))
out["nms"] = {"boxes": many, "scores": scores, "kinds": kinds,
              "kept": {str(t): ops.nms(many, scores, t) for t in (0.1, 0.3, 0.5, 0.7)},
              "byClass": ops.batched_nms(many, scores, kinds, 0.3)}

# mAP: 12 pictures, 3 classes, some detections near the truth, some not.
truth, found, coco_truth, coco_found = [], [], [], []
for picture in range(12):
    n = int(rng.integers(0, 5))
    right, labels = boxes(n), rng.integers(0, 3, n)
    near = right + torch.tensor(rng.normal(0, 4, right.shape))
    near[:, 2:] = torch.maximum(near[:, 2:], near[:, :2] + 1)
    stray = boxes(int(rng.integers(0, 3)))
    all_boxes = torch.cat([near, stray])
    all_labels = np.concatenate([np.where(rng.uniform(size=n) < 0.85, labels, 2), rng.integers(0, 3, len(stray))]).astype(int)
    sure = rng.uniform(0.05, 1, len(all_boxes))
    truth.append({"boxes": right, "labels": labels})
    found.append({"boxes": all_boxes, "labels": all_labels, "scores": sure})
    for (x, y, r, t), label in zip(right.tolist(), labels):
        coco_truth.append({"id": len(coco_truth) + 1, "image_id": picture, "category_id": int(label), "iscrowd": 0,
                           "bbox": [x, y, r - x, t - y], "area": (r - x) * (t - y)})
    for (x, y, r, t), label, score in zip(all_boxes.tolist(), all_labels, sure):
        coco_found.append({"image_id": picture, "category_id": int(label), "bbox": [x, y, r - x, t - y], "score": score})
with contextlib.redirect_stdout(io.StringIO()):
    coco = COCO()
    coco.dataset = {"info": {}, "images": [{"id": i} for i in range(12)], "annotations": coco_truth,
                    "categories": [{"id": i} for i in range(3)]}
    coco.createIndex()
    e = COCOeval(coco, coco.loadRes(coco_found), "bbox")
    e.evaluate()
    e.accumulate()
    e.summarize()
precision = e.eval["precision"][:, :, :, 0, 2]  # thresholds, recalls, classes
out["map"] = {"truth": truth, "found": found, "map": e.stats[0], "map50": e.stats[1], "map75": e.stats[2],
              "byClass50": precision[0].mean(0)}

# Losses, their gradients too.
x = torch.randn(6, 4, requires_grad=True)
y, z = torch.randn(6, 4), torch.randn(6, 4)


def with_gradient(loss):
    (g,) = torch.autograd.grad(loss, x)
    return {"loss": loss, "gradient": g}


square = lambda u, v: ((u - v) ** 2).sum(-1)
same = torch.tensor([1.0, 0, 0, 1, 0, 1])
out["losses"] = {
    "x": x, "y": y, "z": z, "same": same,
    "triplet": with_gradient(torch.nn.TripletMarginWithDistanceLoss(distance_function=square, margin=0.7)(x, y, z)),
    "contrastive": with_gradient((same * square(x, y) + (1 - same) * torch.relu(4 - square(x, y).sqrt()) ** 2).mean() / 2),
}
out["iouLoss"] = {
    "giou": ops.generalized_box_iou_loss(a[:6], b, "mean", eps=0.0),
    "diou": ops.distance_box_iou_loss(a[:6], b, "mean", eps=0.0),
}
pred = a[:6].clone().requires_grad_()
ciou = ops.complete_box_iou_loss(pred, b, "mean", eps=0.0)
out["iouLoss"]["ciou"] = ciou
out["iouLoss"]["ciouGradient"] = torch.autograd.grad(ciou, pred)[0]


def plain(value):
    if isinstance(value, torch.Tensor):
        return value.detach().tolist()
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


print(json.dumps(plain(out)))
