"""我的套餐: what the site has from its parent, until when, and what another package would cost."""
