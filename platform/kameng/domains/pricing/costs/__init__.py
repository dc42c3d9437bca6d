"""What goods cost their owner: a small move happens at once, a large one waits for approval."""
