"""Fills a gradebook of nbgrader's with results, by nbgrader's own code. Reads JSON from stdin; on failure says one line."""

import json
import os
import sqlite3
import sys

from nbgrader.api import Comment, Gradebook, Grade, MissingEntry, SubmittedNotebook
from sqlalchemy import text


def main(content):
    target, part = content["target"], content["part"]
    os.makedirs(os.path.dirname(target), exist_ok=True)
    try:
        copied(target, part)
        with Gradebook(f"sqlite:///{part}") as gradebook:
            # It is a copy that nobody reads yet; it goes to the disk once, before it takes its place.
            gradebook.db.execute(text("PRAGMA synchronous=OFF"))
            fill(gradebook, content)
        with open(part, "rb") as file:
            os.fsync(file.fileno())
        os.replace(part, target)
    finally:
        for left in (part, f"{part}-journal", f"{part}-wal", f"{part}-shm"):
            if os.path.exists(left):
                os.remove(left)


def copied(target, part):
    """As SQLite copies, which waits for a write that is under way; rights as they were."""
    if not os.path.exists(target):
        return
    with open(target, "rb") as file:
        if file.read(16) != b"SQLite format 3\0":
            fail(f"{target} is not a gradebook", "name another file")
    source, copy = sqlite3.connect(f"file:{quoted(target)}?mode=ro", uri=True), sqlite3.connect(part)
    try:
        if not source.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
            fail(f"{target} is a database, and not a gradebook of nbgrader's", "name another file")
        source.backup(copy)
    finally:
        source.close()
        copy.close()
    os.chmod(part, os.stat(target).st_mode & 0o777)


def quoted(path):
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def fill(gradebook, content):
    name = content["assignment"]
    gradebook.update_or_create_assignment(name)
    for notebook in content["notebooks"]:
        fill_notebook(gradebook, name, notebook)
    for submission in content["submissions"]:
        fill_submission(gradebook, name, content["notebooks"], submission)
    gradebook.db.commit()


def fill_notebook(gradebook, assignment, notebook):
    name = notebook["name"]
    try:
        gradebook.find_notebook(name, assignment)
    except MissingEntry:
        gradebook.add_notebook(name, assignment, kernelspec=json.dumps(notebook["kernelspec"]))
    for cell in notebook["cells"]:
        where = (cell["id"], name, assignment)
        if cell["graded"]:
            # A cell that nbgrader calls a task stays one.
            graded = found(gradebook.find_graded_cell, *where)
            if graded is None:
                add = gradebook.add_task_cell if cell["task"] else gradebook.add_grade_cell
                add(*where, max_score=float(cell["points"]), cell_type=cell["kind"])
            elif graded.max_score != cell["points"]:
                graded.max_score = float(cell["points"])
        task = found(gradebook.find_task_cell, *where)
        if cell["solution"] and task is None and found(gradebook.find_solution_cell, *where) is None:
            gradebook.add_solution_cell(*where)
        # nbgrader's own is nearer to its notebooks.
        if found(gradebook.find_source_cell, *where) is None:
            locked = not cell["solution"] and not cell["task"]
            gradebook.add_source_cell(*where, cell_type=cell["kind"], locked=locked, source=cell["source"])
    gradebook.db.commit()


def found(find, *where):
    try:
        return find(*where)
    except MissingEntry:
        return None


def fill_submission(gradebook, assignment, notebooks, submission):
    about = submission["student"]
    student = found(gradebook.find_student, about["id"]) or gradebook.add_student(about["id"])
    for field in ("first_name", "last_name", "email"):
        if about[field] and not getattr(student, field):
            setattr(student, field, about[field])
    handed_in = found(gradebook.find_submission, assignment, about["id"])
    if handed_in is None:
        handed_in = gradebook.add_submission(assignment, about["id"])
    scores = {(score["notebook"], score["cell"]): score["earned"] for score in submission["scores"]}
    for notebook in notebooks:
        fill_scores(gradebook, assignment, handed_in, notebook, scores)


def fill_scores(gradebook, assignment, handed_in, notebook, scores):
    name = notebook["name"]
    mine = next((one for one in handed_in.notebooks if one.name == name), None)
    if mine is None:
        mine = SubmittedNotebook(notebook=gradebook.find_notebook(name, assignment), assignment=handed_in)
        gradebook.db.add(mine)
    grades = {grade.name: grade for grade in mine.grades}
    commented = {comment.name for comment in mine.comments}
    for cell in notebook["cells"]:
        where = (cell["id"], name, assignment)
        if cell["graded"]:
            grade = grades.get(cell["id"])
            if grade is None:
                grade = Grade(cell=gradebook.find_graded_cell(*where), notebook=mine)
                gradebook.db.add(grade)
            # What has no result was not handed in, or could not be graded.
            set_score(grade, scores.get((name, cell["id"]), 0))
        if (cell["solution"] or cell["task"]) and cell["id"] not in commented:
            of = found(gradebook.find_solution_cell, *where) or gradebook.find_task_cell(*where)
            gradebook.db.add(Comment(cell=of, notebook=mine))


def set_score(grade, earned):
    """By nbgrader's rule: another automatic score beside one by hand is for a person to look at; that one stays."""
    if grade.manual_score is not None:
        if grade.auto_score != earned:
            grade.needs_manual_grade = True
    else:
        grade.needs_manual_grade = earned is None
    grade.auto_score = earned


def fail(sentence, advice):
    print(f"{sentence} → {advice}", file=sys.stderr)
    sys.exit(1)


try:
    main(json.load(sys.stdin))
except SystemExit:
    raise
except Exception as error:
    words = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if "no such column" in words or "no such table" in words:
        fail("The gradebook is an older nbgrader's", "nbgrader db upgrade, with a copy at hand")
    if "disk is full" in words or "No space left" in words:
        fail("The disk became full while the gradebook was filled; the one that was there is as it was", "free some space")
    if "locked" in words:
        fail("Somebody else is writing to the gradebook", "end what does, and try again")
    fail(f"nbgrader could not fill the gradebook: {words}", "nbgrader db upgrade, where it is an older one")
