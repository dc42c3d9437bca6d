"""Founds a master site in a running deployment: `python -m tests.support.founding slug name login
password`, in the environment of that deployment."""

from __future__ import annotations

import sys

from kameng import wiring
from kameng.config import Settings
from kameng.faces.worker.founding import Founder, found
from kameng.kit import clock
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import catalog

MUSIC = "网易云音乐黑胶 VIP"
GAME = "王者荣耀点券"


def main(slug: str, name: str, login: str, password: str) -> None:
    """Open the master site with its first operator and a little to sell."""
    wiring.connect(Settings.load())
    founder = Founder(
        login=login, name=f"{name}站长", email=f"{login}@example.com", password=password
    )
    site = found(slug, name, founder, now=clock.now())
    with use(site):
        stock(site)
        session.commit()


def stock(site: Tenant) -> None:
    """Two goods that are there from the start: a music card and a game, which asks for adults."""
    music = catalog.category(site, "音乐会员")
    games = catalog.category(site, "游戏点卡")
    catalog.sku(site, MUSIC, category_id=music, sku_name="季卡", cost="20.00", retail="28.80")
    catalog.sku(site, GAME, category_id=games, sku_name="648 元", cost="600.00", retail="628.00")


if __name__ == "__main__":
    main(*sys.argv[1:])
