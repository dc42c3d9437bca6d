"""The sample spreadsheet imports without a single remark, as workbook and as CSV."""

from __future__ import annotations

import pytest

from kameng.domains.catalog import blocklist, queries
from kameng.domains.catalog.goods import queries as goods
from kameng.domains.catalog.imports import queries as import_queries
from kameng.domains.catalog.imports import service as imports
from kameng.domains.catalog.imports import sheets
from kameng.domains.catalog.imports.rules import find_header
from kameng.domains.catalog.stock import service as stock
from kameng.faces.worker.sample import data
from kameng.kit import clock
from tenants.context import use
from tests.support import catalog
from tests.support.worlds import Alliance


@pytest.fixture
def hub(alliance: Alliance):
    with use(alliance.hub):
        yield alliance.hub


def test_the_sample_imports_cleanly_and_the_csv_says_the_same(hub) -> None:
    now = clock.now()
    xlsx = imports.preview(hub, "c.xlsx", data.catalogue_xlsx(), actor=catalog.ACTOR, now=now)
    facts = import_queries.facts(hub, xlsx)
    assert facts.rows_new >= 200
    assert (facts.rows_error, facts.ignored) == (0, ())
    imports.commit(hub, xlsx, actor=catalog.ACTOR, now=now)
    csv = imports.preview(hub, "c.csv", data.catalogue_csv(), actor=catalog.ACTOR, now=now)
    again = import_queries.facts(hub, csv)
    assert (again.rows_same, again.rows_new, again.rows_change) == (facts.rows_new, 0, 0)
    assert {"视频会员", "游戏点卡", "话费流量", "外卖美食", "音乐听书"} <= {
        each.name for each in queries.categories(hub)
    }
    front = queries.shelf(hub, size=13).cards
    assert len({card.category_name for card in front}) >= 10
    games = list(goods.goods(hub, search="Q币").items)
    assert queries.sku_facts(hub, [games[0].sku_id])[games[0].sku_id].adult


def test_no_sample_goods_are_grey() -> None:
    grid = sheets.read("c.csv", data.catalogue_csv())
    header = find_header(grid)
    names = [cells[header.columns["name"]] for _, cells in grid.rows[header.at + 1 :]]
    assert [name for name in names if blocklist.find(str(name))] == []


def test_the_sample_secret_files_can_be_uploaded(hub) -> None:
    sku = catalog.sku(hub, secrets=0)
    told = {}
    for name, raw in data.secret_files().items():
        added = stock.add_secrets_file(hub, sku.sku_id, raw, actor=catalog.ACTOR, now=clock.now())
        told[name] = (added.inserted, added.duplicates, added.blank)
    assert told == {
        "iqiyi-month-500.txt": (500, [], 0),
        "jd-ecard-100-with-duplicates.txt": (60, [22, 23, 24], 2),
        "junnet-30-gbk.txt": (40, [], 0),
    }


def test_sample_secrets_are_alike_each_time_and_all_different() -> None:
    first = data.secrets("爱奇艺黄金会员", "月卡", 500)
    assert first == data.secrets("爱奇艺黄金会员", "月卡", 500)
    assert len(set(first)) == 500
