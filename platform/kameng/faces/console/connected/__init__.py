"""财务 → Stripe 代付: a site's own account at the provider, the master's switch, and sending."""
