"""Delivery answers for handing over what an order's lines bought, exactly once, and for showing
it again to whoever has proved that it is theirs. It does not know prices or payments."""
