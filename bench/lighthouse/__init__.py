"""Lighthouse by npm, pinned in the lock file beside this: installed under build/ on first use."""
