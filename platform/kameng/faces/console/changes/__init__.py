"""价格 → 改价记录: every decision about prices, what it moved, and the way back."""
