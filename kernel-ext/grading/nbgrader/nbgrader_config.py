"""What nbgrader has to know of gradbook's notebooks. Copy it into the course's folder, and add your own below."""

from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor

c = get_config()  # noqa: F821

# A student's stub: the same that gradbook writes.
_STUB = '// Your code here.\nthrow new Error("not written yet");'
c.ClearSolutions.code_stub = {"typescript": _STUB, "javascript": _STUB}
c.ClearSolutions.text_stub = "*Your answer here.*"

# Planted wrong answers stay with the lecturer.
c.GenerateAssignment.preprocessors.prepend(["nbconvert.preprocessors.TagRemovePreprocessor"])
c.TagRemovePreprocessor.enabled = True
c.TagRemovePreprocessor.remove_cell_tags = ["planted"]


class DropForeignMarks(NbGraderPreprocessor):
    """A copied test, or one of another assignment, is an ordinary cell; nbgrader's run ends at it (its issue 1083)."""

    def preprocess_cell(self, cell, resources, cell_index):
        try:
            MetadataValidator().validate_cell(cell)
        except Exception as error:
            self.log.warning("Cell %s counts for nothing: %s", cell_index, str(error).split("\n")[0])
            del cell.metadata["nbgrader"]
        return cell, resources


# The last but one: nbgrader's check of the same comes behind it.
c.Autograde.sanitize_preprocessors.insert(4, DropForeignMarks)


class HideTests(ClearHiddenTests):
    """Feedback without hidden tests, nor the errors that quote them; nbgrader's own has both."""

    def preprocess_cell(self, cell, resources, cell_index):
        if self._remove_hidden_test_region(cell) and cell.cell_type == "code":
            for output in cell.outputs:
                if output.output_type == "error":
                    output.update(ename="Error", evalue="", traceback=["A test of this cell fails."])
        return cell, resources


c.GenerateFeedback.preprocessors.append(HideTests)
