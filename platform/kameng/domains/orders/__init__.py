"""Orders answers for a purchase from basket to end: what was bought at which price with which
chain, who did what to it and when, and what must follow. Money lies in the ledger, payments at
the provider in payments, secrets in the stock; an order only knows where it stands."""
