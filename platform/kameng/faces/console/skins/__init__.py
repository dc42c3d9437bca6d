"""装修 → 定时换肤: a look for a festival, planned, seen, begun and ended."""
