"""The page of price sheets: out as a file, back in, looked at, decided, refused in words."""

import csv
import io
import zipfile

import pytest

from kameng.domains.pricing import queries as pricing
from kameng.domains.pricing.matrix import export
from kameng.faces.console.pricesheets import pages
from tenants.context import use
from tests.support import desk, shop

PAGE = "prices/sheets"


@pytest.fixture
def hub(alliance, app):
    made = shop.furnish(alliance)
    return desk.at(alliance, alliance.hub), made


def _exported(here, **asked):
    answer = here.get(f"{PAGE}/export", kind="csv", **asked)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))


def _uploaded(here, rows, name="价格.csv"):
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    file = (io.BytesIO(stream.getvalue().encode()), name)
    return here.post(PAGE, form="sheet", file=file)


def _place(here, answer):
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.location.split(f"/s/{here.site.slug}/")[1]


def test_prices_go_out_come_back_are_looked_at_put_in_force_and_taken_back(hub):
    here, made = hub
    head, row = _exported(here)
    row[head.index("零售自定价")], row[head.index("零售批发价")] = "12", "5=11"
    place = _place(here, _uploaded(here, [head, row]))
    page = here.text(place)
    assert "价格还没有变动" in page
    assert "固定价" in page or "12.00" in page
    assert "5 件起" in page
    with use(here.site):
        assert pricing.rules_of(here.site) == []
    change = _place(here, here.post(f"{place}/commit"))
    assert "1 个价格已生效" in here.text(change)
    with use(here.site):
        (rule,) = pricing.rules_of(here.site)
    assert (rule.value, rule.place.scope_id) == (12_000_000, made.sku.sku_id)
    assert "查看改价记录" in here.text(place)
    assert here.post(f"{place}/trial").status_code == 409
    assert here.post(f"{change}/undo").status_code == 303
    with use(here.site):
        assert pricing.rules_of(here.site) == []


def test_a_bad_row_is_told_with_what_was_typed_and_nothing_moves(hub):
    here, _ = hub
    head, row = _exported(here)
    row[head.index("零售自定价")] = "1e400"
    place = _place(here, _uploaded(here, [head, row]))
    page = here.text(place)
    assert "1e400" in page
    assert "不是价格" in page
    refused = here.post(f"{place}/commit")
    assert refused.status_code == 409
    assert "没有会改动价格的行" in refused.get_data(as_text=True)
    assert here.post(f"{place}/discard").status_code == 303
    assert "已放弃" in here.text(place)


@pytest.mark.parametrize(
    ("rows", "name", "told"),
    [
        ([["规格编号", "代理等级「钻石」自定价"]], "a.csv", "没有的等级：代理等级「钻石」"),
        ([["x"]], "a.pdf", ".xlsx"),
    ],
)
def test_a_wrong_file_is_refused_on_the_same_page(hub, rows, name, told):
    here, _ = hub
    answer = _uploaded(here, rows, name)
    assert answer.status_code == 422
    assert told in answer.get_data(as_text=True)


def test_the_workbook_is_a_file_and_whoever_only_looks_may_not_upload(hub, alliance):
    here, _ = hub
    answer = here.get(f"{PAGE}/export", kind="xlsx", q="没有这个商品")
    assert answer.get_data()[:2] == b"PK"
    assert answer.headers["Cache-Control"] == "no-store"
    finance = desk.at(alliance, alliance.hub, "finance")
    assert "导出价格表" in finance.text(PAGE)
    assert _uploaded(finance, _exported(finance)).status_code == 403


def test_what_does_not_fit_into_one_file_is_refused_and_not_cut(hub, monkeypatch):
    here, _ = hub
    monkeypatch.setattr(export, "MOST", 0)
    answer = here.get(f"{PAGE}/export", kind="csv")
    assert answer.status_code == 422
    assert "按分类" in answer.get_data(as_text=True)


def test_a_large_file_lies_on_the_disk_and_comes_whole(hub, monkeypatch):
    here, _ = hub
    small = here.get(f"{PAGE}/export", kind="csv").get_data()
    monkeypatch.setattr(pages, "IN_MEMORY", 1)
    answer = here.get(f"{PAGE}/export", kind="csv")
    assert answer.get_data() == small
    assert answer.content_length == len(small)
    book = here.get(f"{PAGE}/export", kind="xlsx")
    assert zipfile.ZipFile(io.BytesIO(book.get_data())).testzip() is None


def test_prices_of_a_sheet_can_be_tried_first(hub):
    here, _ = hub
    head, row = _exported(here)
    row[head.index("代理默认自定价")] = "成本+10%"
    place = _place(here, _uploaded(here, [head, row]))
    assert "what" in _place(here, here.post(f"{place}/trial"))
    with use(here.site):
        assert pricing.rules_of(here.site) == []
