# Small JPEG files and their pixels as Pillow reads them: pip install pillow numpy && python jpeg.py > jpeg.json
import base64
import io
import json

import numpy as np
from PIL import Image

y, x = np.mgrid[0:21, 0:35]
picture = Image.fromarray(np.stack([x * 7, y * 12, (x + y) * 4], -1).clip(0, 255).astype("uint8"))


def text(data):
    return base64.b64encode(data).decode()


def saved(mode="RGB", **options):
    file = io.BytesIO()
    picture.convert(mode).save(file, "JPEG", **options)
    return file.getvalue()


out = {}
for name, data in {
    "444": saved(quality=90, subsampling=0),
    "420": saved(quality=85, subsampling=2),
    "grey": saved("L", quality=90),
    "restarts": saved(quality=90, subsampling=1, restart_marker_blocks=2),
}.items():
    read = Image.open(io.BytesIO(data)).convert("RGB")
    out[name] = {"jpeg": text(data), "width": read.width, "height": read.height, "pixels": text(np.asarray(read).tobytes())}
out["progressive"] = {"jpeg": text(saved(progressive=True))}
print(json.dumps(out))
