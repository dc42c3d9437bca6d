"""The plain values a theme may see. Every function here turns facts of the domains into dicts,
lists, texts and numbers: no object with behaviour ever reaches a template."""
