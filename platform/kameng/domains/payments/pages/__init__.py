"""Paying for anything by a provider's page: what is bought only says its purpose and reference."""
