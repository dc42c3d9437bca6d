"""Every decision about prices that was ever taken here: written through one door, kept, undone."""
