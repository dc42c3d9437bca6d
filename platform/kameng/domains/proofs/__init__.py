"""The daily proof: whether the books, and what every domain says of its money, agree.

Each domain says in its own `proofs` module what must hold; `book.CHECKS` names them all. A run
binds the master for what lies across the alliance and every site for what is its own, each in one
moment of the database, and is kept with its differences and their rows (ADR 0074).
"""
