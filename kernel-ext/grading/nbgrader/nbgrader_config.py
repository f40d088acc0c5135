"""What nbgrader has to know of gradbook's notebooks. Copy it into the course's folder, and add your own below."""

c = get_config()  # noqa: F821

# A student's stub, the same that `gradbook release` writes.
_STUB = '// Your code here.\nthrow new Error("not written yet");'
c.ClearSolutions.code_stub = {"typescript": _STUB, "javascript": _STUB}
c.ClearSolutions.text_stub = "*Your answer here.*"

# Planted wrong answers stay with the lecturer.
c.GenerateAssignment.preprocessors.prepend(["nbconvert.preprocessors.TagRemovePreprocessor"])
c.TagRemovePreprocessor.enabled = True
c.TagRemovePreprocessor.remove_cell_tags = ["planted"]

# A test cell that a student has deleted is put back, and graded.
c.OverwriteCells.add_missing_cells = True
