"""Runs one notebook by nbclient, errors and all, and prints what came out of it as JSON."""

import json
import sys
import time

import nbformat
from nbclient import NotebookClient

path, folder = sys.argv[1:3]
kernel = sys.argv[3] if len(sys.argv) > 3 else "gradbook"
notebook = nbformat.read(path, as_version=4)
nbformat.validate(notebook)
started = time.monotonic()
client = NotebookClient(
    notebook,
    timeout=120,
    kernel_name=kernel,
    allow_errors=True,
    resources={"metadata": {"path": folder}},
)
client.execute()
json.dump(
    {
        "seconds": time.monotonic() - started,
        "cells": [
            {"id": cell.id, "outputs": cell.get("outputs", [])} for cell in notebook.cells if cell.cell_type == "code"
        ],
    },
    sys.stdout,
)
