"""Says what `nbgrader validate` finds in each notebook that is named, as JSON: a line for each that fails."""

import json
import sys

from nbgrader.validator import Validator

print(json.dumps([Validator().validate(path) for path in sys.argv[1:]], default=str))
