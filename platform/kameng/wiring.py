"""Tells the tools of this process where things are; web, worker, CLI and tests all start here."""

from __future__ import annotations

from kameng import tables
from kameng.config import Settings, use_settings
from kameng.kit import broadcast, cache, mail, secrets
from tenants.database import engines


def connect(chosen: Settings) -> Settings:
    """Configure engines, Valkey, keys and mail for `chosen`; safe to call again."""
    use_settings(chosen)
    engines.configure(chosen.role_urls(), pool_size=chosen.db_pool)
    cache.configure(chosen.redis_url)
    secrets.configure(chosen.master_key)
    mail.configure(smtp_url=chosen.smtp_url, folder=chosen.home / "mail", sender=chosen.mail_sender)
    broadcast.configure()
    tables.roll_call()
    return chosen
