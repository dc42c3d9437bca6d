"""装修店铺: the visual editor's page and the addresses its script talks to."""
