"""Stock answers for card secrets: storing them sealed, counting them, handing each out once."""
