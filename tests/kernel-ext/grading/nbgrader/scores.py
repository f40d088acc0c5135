"""Prints what nbgrader's gradebook holds, as JSON: student, notebook, grade_id; the mark, null where there is none."""

import json
import sys

from nbgrader.api import Gradebook

database, assignment = sys.argv[1:]
with Gradebook(f"sqlite:///{database}") as gradebook:
    submissions = gradebook.assignment_submissions(assignment)
    scores = {
        submission.student.id: {
            notebook.name: {
                grade.name: None if grade.needs_manual_grade else grade.auto_score for grade in notebook.grades
            }
            for notebook in submission.notebooks
        }
        for submission in submissions
    }
json.dump(scores, sys.stdout)
