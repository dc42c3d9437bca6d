"""Whether the books are right: the trial balance of an alliance, and a proof with its faults."""
