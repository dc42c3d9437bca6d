"""What somebody means to buy: kept for a member or for a browser, priced anew at every look.

Nothing is held and nothing is promised; an order is made of it by checkout."""
