"""价格 → 先试算: suppose, see what every site below would make of it, then decide or not."""
