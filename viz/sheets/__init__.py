"""Sheets of paper: worksheets and exams, blank and solved."""
