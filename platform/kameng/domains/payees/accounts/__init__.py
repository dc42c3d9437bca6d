"""The accounts money may be paid out to: always in the name of the payee, never edited, checked
by the master's finance before the first pay-out."""
