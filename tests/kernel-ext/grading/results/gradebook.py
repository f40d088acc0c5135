"""Asks a gradebook, by nbgrader's own code, or does to it what a grader does by hand. Prints JSON."""

import json
import sqlite3
import sys

from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

verb, course, path = sys.argv[1:4]
assignment, student = "week1", "ben"


def dumped():
    return "\n".join(sqlite3.connect(path).iterdump())


def formgrader():
    config = Config()
    config.CourseDirectory.root = course
    config.CourseDirectory.db_url = f"sqlite:///{path}"
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    one = api.get_submission(assignment, student)
    keys = ["score", "max_score", "code_score", "written_score", "needs_manual_grade", "first_name", "last_name"]
    return {
        "assignment": api.get_assignment(assignment)["max_score"],
        "notebooks": [notebook["name"] for notebook in api.get_notebooks(assignment)],
        "submission": {key: one[key] for key in keys},
        "students": [student["id"] for student in api.get_students()],
    }


with Gradebook(f"sqlite:///{path}") as gradebook:
    if verb == "grade-by-hand":
        grade = gradebook.find_grade("why-shift", "01-softmax", assignment, student)
        grade.manual_score, grade.needs_manual_grade = 2.5, False
        gradebook.find_grade("stable-softmax-check", "01-softmax", assignment, student).manual_score = 3.0
        gradebook.find_grade("stable-softmax-check", "01-softmax", assignment, student).needs_manual_grade = False
        gradebook.find_grade("beam-check", "02-beam", assignment, student).extra_credit = 0.5
        gradebook.find_comment("why-shift", "01-softmax", assignment, student).manual_comment = "Well said."
        gradebook.add_student("zoe", first_name="Zoe", lms_user_id="9")
        gradebook.add_assignment("another", duedate="2026-11-01 00:00:00 UTC")
        gradebook.find_student(student).email = "his own"
        gradebook.db.commit()
    if verb == "by-hand":
        grades = {
            grade.name: [grade.auto_score, grade.manual_score, grade.extra_credit, grade.needs_manual_grade]
            for notebook in gradebook.find_submission(assignment, student).notebooks
            for grade in notebook.grades
        }
        comment = gradebook.find_comment("why-shift", "01-softmax", assignment, student).comment
        others = [gradebook.find_student("zoe").first_name, str(gradebook.find_assignment("another").duedate)]
        email = gradebook.find_student(student).email
        print(json.dumps({"grades": grades, "comment": comment, "others": others, "email": email}))
if verb == "dump":
    print(json.dumps(dumped()))
if verb == "formgrader":
    print(json.dumps(formgrader()))
