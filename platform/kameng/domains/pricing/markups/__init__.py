"""Price rules as values: where a rule stands, what it makes of a cost, which one is found first."""
