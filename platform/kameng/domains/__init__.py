"""What we know and decide: one package per domain, on floors; calls go down only."""
