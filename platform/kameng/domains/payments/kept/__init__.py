"""What a provider says it really kept of each payment, beside what was agreed with it."""
