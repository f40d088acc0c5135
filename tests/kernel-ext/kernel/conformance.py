"""Jupyter's own conformance tests on the kernel; prints one JSON line for each of the thirteen."""

import json
import sys
import unittest

import jupyter_kernel_test


class Kernel(jupyter_kernel_test.KernelTests):
    kernel_name = "gradbook"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('trouble')"
    completion_samples = [
        {"text": "Number.isSafeI", "matches": {"isSafeInteger"}},
        {"text": "Math.fro", "matches": {"fround"}},
    ]
    complete_code_samples = ["1", "console.log('hello, world')", "function f(x: number) {\n  return x * 2\n}"]
    incomplete_code_samples = ["function f(x: number) {", "const text = `a", "[1, 2,"]
    invalid_code_samples = ["const = 3", "1 +* 2"]
    code_page_something = "console.log?"
    code_generate_error = "throw new Error('thrown')"
    code_execute_result = [
        {"code": "1 + 2 + 3", "result": "6"},
        {"code": "[1, 2, 3].map((x) => x * x)", "result": "[ 1, 4, 9 ]"},
        {"code": "'🎉'.length", "result": "2"},
    ]
    code_display_data = [
        {"code": "display(3)", "mime": "text/plain"},
        {
            "code": 'import { display as show } from "tslab"; show.html("<b>bold</b>");',
            "mime": "text/html",
        },
    ]
    code_history_pattern = "1 +*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "console"
    code_clear_output = "display.clear()"


class Welcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "gradbook"
    support_iopub_welcome = True


class Report(unittest.TestResult):
    """unittest reports subtests one by one: a test has passed when none of its own has failed."""

    def __init__(self):
        super().__init__()
        self.problems = []

    def startTest(self, test):
        super().startTest(test)
        self.problems = []

    def addError(self, test, err):
        self.problems.append(self._exc_info_to_string(err, test))

    addFailure = addError

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.problems.append(self._exc_info_to_string(err, test))

    def addSkip(self, test, reason):
        self.problems.append(f"skipped: {reason}")

    def stopTest(self, test):
        super().stopTest(test)
        print(json.dumps({"name": test._testMethodName, "problems": self.problems}), flush=True)


loader = unittest.TestLoader()
suite = unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in (Kernel, Welcome))
report = Report()
suite.run(report)
sys.exit(0 if report.testsRun else 1)
