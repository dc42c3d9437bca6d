"""What a shop may tell everybody of its own sales: goods and numbers, nobody's name."""
