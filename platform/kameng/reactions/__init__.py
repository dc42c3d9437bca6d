"""What follows from what: one file per event, and the book that lists them in order."""
