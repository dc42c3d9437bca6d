"""Pages about what goods cost: large moves that wait, how large is large, what moved from above."""
