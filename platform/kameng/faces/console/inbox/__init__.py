"""收件箱: what somebody was told on this site, and how he wants to be told."""
