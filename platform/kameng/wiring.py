"""Tells the tools of this process where things are; web, worker, CLI and tests all start here."""

from __future__ import annotations

from kameng import tables
from kameng.config import Settings, use_settings
from kameng.domains.catalog import service as catalog
from kameng.domains.design import judging
from kameng.domains.pricing.costs import service as costs
from kameng.kit import broadcast, cache, fetch, mail, names, secrets
from tenants.database import engines
from themes import engine


def connect(chosen: Settings) -> Settings:
    """Configure engines, Valkey, keys, mail and look-ups for `chosen`; safe to call again."""
    use_settings(chosen)
    cells = {name: chosen.role_urls(name) for name, _ in chosen.cells}
    engines.configure(chosen.role_urls(), pool_size=chosen.db_pool, cells=cells)
    cache.configure(chosen.redis_url)
    secrets.configure(chosen.master_key)
    mail.configure(smtp_url=chosen.smtp_url, folder=chosen.home / "mail", sender=chosen.mail_sender)
    broadcast.configure()
    names.configure(chosen.resolvers)
    fetch.configure(chosen.proof_port)
    tables.roll_call()
    catalog.decided_by(costs)
    judging.judged_by(engine)
    return chosen
