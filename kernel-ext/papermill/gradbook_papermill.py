"""Writes papermill's parameters as TypeScript: `papermill in.ipynb out.ipynb -p rate 0.1`."""

import json
import math
import re

from papermill.engines import NBClientEngine
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

__all__ = ["JavaScriptTranslator", "NBClientEngine", "TypeScriptTranslator"]

# let rate: number = 0.1; // how far a step goes
DECLARATION = re.compile(
    r"^\s*(?:export\s+)?(?:const|let|var)\s+([\w$]+)\s*(?::\s*([^=]+?))?\s*=\s*(.+?)\s*;?\s*(?://\s*(.*))?$",
    re.MULTILINE,
)


class JavaScriptTranslator(Translator):
    """A parameter replaces the cell's own declaration, so it is one too: `let rate = 0.1;`."""

    @classmethod
    def translate_none(cls, val):
        return "null"

    @classmethod
    def translate_bool(cls, val):
        return "true" if val else "false"

    @classmethod
    def translate_str(cls, val):
        return json.dumps(str(val))

    translate_escaped_str = translate_str

    @classmethod
    def translate_int(cls, val):
        return str(val) if abs(val) < 2**53 else f"{val}n"

    @classmethod
    def translate_float(cls, val):
        if math.isfinite(val):
            return repr(val)
        return "NaN" if math.isnan(val) else "Infinity" if val > 0 else "-Infinity"

    @classmethod
    def translate_list(cls, val):
        return f"[{', '.join(cls.translate(item) for item in val)}]"

    @classmethod
    def translate_dict(cls, val):
        return f"{{ {', '.join(f'{json.dumps(str(key))}: {cls.translate(item)}' for key, item in val.items())} }}"

    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}".strip()

    @classmethod
    def assign(cls, name, str_val):
        return f"let {name} = {str_val};"

    @classmethod
    def inspect(cls, parameters_cell):
        found = DECLARATION.findall(parameters_cell["source"])
        return [
            Parameter(name=name, inferred_type_name=kind or "None", default=value, help=text)
            for name, kind, value, text in found
        ]


class TypeScriptTranslator(JavaScriptTranslator):
    @classmethod
    def translate_none(cls, val):
        # A bare null would have the type null, at odds with the declaration that it replaces.
        return "null as any"


papermill_translators.register("typescript", TypeScriptTranslator)
papermill_translators.register("javascript", JavaScriptTranslator)
