"""装修 → 预设: looks kept for the sites below, pushed to some of them; and at those sites, what was
pushed to them."""
