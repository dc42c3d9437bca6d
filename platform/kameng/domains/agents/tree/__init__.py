"""The tree after it has grown: sites suspended and resumed, moved below another, moved back.

Every verb runs in `shared()`, writes into the logs of both sides and refuses by name. Which money
goes where afterwards is the ledger's matter: an order keeps the chain it was placed with.
"""
