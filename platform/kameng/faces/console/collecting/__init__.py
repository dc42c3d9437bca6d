"""财务 → 收款方式: whose account shoppers pay to, a site's own keys, and the master's leave."""
