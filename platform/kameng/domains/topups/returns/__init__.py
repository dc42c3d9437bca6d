"""Returns gives a top-up back to where it came from, as long as it is unspent."""
