"""Imports answer for spreadsheets: preview row by row, commit at once, undo row by row."""
