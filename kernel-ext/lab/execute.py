"""Runs one notebook by nbclient, as a lecturer's tools do; says after each cell how far it is, a line of JSON each."""

import json
import os
import signal
import sys
import threading
import time

import nbformat
from nbclient import NotebookClient

path, folder, target, patience, kernel = sys.argv[1:6]
began = {}
done = []


def end_with_starter():
    """Stdin ends when whoever started this is gone, however that came about; the kernel is to go, too."""
    os.read(sys.stdin.fileno(), 1)
    os.kill(os.getpid(), signal.SIGINT)


def fail(error):
    under_way = [cell for cell in began if cell not in done]
    words = f"{type(error).__name__}: {str(error).strip().splitlines()[0]}" if str(error).strip() else type(error).__name__
    print(json.dumps({"failed": ": ".join([*under_way, words])}), flush=True)


threading.Thread(target=end_with_starter, daemon=True).start()
try:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
except Exception as error:
    fail(error)
    sys.exit()
notebook.cells = [cell for cell in notebook.cells if "planted" not in cell.metadata.get("tags", [])]
code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def starts(cell, cell_index):
    began[cell.id] = time.monotonic()


def ends(cell, cell_index, **_):
    seconds = time.monotonic() - began[cell.id]
    done.append(cell.id)
    faults = [output for output in cell.get("outputs", []) if output.output_type == "error"]
    print(
        json.dumps(
            {
                "cell": cell.id,
                "seconds": seconds,
                "done": len(done),
                "of": len(code),
                "errors": [f"{fault.ename}: {fault.evalue}" for fault in faults],
                "stderr": "".join(
                    output.text for output in cell.get("outputs", []) if output.get("name") == "stderr"
                ),
            }
        ),
        flush=True,
    )


client = NotebookClient(
    notebook,
    timeout=float(patience),
    kernel_name=kernel,
    resources={"metadata": {"path": folder}},
    on_cell_start=starts,
    on_cell_executed=ends,
)
try:
    client.execute()
except Exception as error:
    # What a cell said of itself is told already; this is for what nobody has, such as a kernel that is gone.
    fail(error)
# Another run of the same lesson may be under way.
part = f"{target}.{os.getpid()}.part"
nbformat.write(notebook, part)
os.replace(part, target)
