"""Spreadsheets, coming in and going out: nothing in a file is trusted, nothing we write can run."""
