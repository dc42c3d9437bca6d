"""The settings side of the editor: its words, and what its fields let one choose from."""
