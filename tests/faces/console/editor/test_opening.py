"""What the editor's page holds, for whom, and the pages one can decorate."""

from __future__ import annotations

from tests.support import editing
from tests.support.desk import Desk
from tests.support.shop import Shop
from themes import engine


def test_the_page_holds_a_whole_document_and_everything_around_it(shop: Shop, ada: Desk) -> None:
    data = editing.opened(ada).data
    theme = engine.theme(data["document"]["theme"])
    assert set(data["document"]["templates"]) == set(theme.templates)
    assert engine.normalise(data["document"]) == data["document"]
    assert (data["step"], data["draft"], data["notes"], data["page"]) == (0, None, [], "home")
    assert data["may_edit"]
    assert data["library"]["faq"]["name"] == "常见问题"
    assert data["preview"]["origin"].startswith(f"http://{shop.alliance.ada.slug}.")
    keys = [one["key"] for one in data["pages"]]
    assert keys[:3] == ["home", "category", "product"]
    assert {"group:header", "group:footer", "group:overlay"} <= set(keys)
    assert set(data["preview"]["links"]) == {one["key"] for one in data["pages"] if one["path"]}
    assert {"draft", "publication", "deletion", "default", "choices", "pictures"} <= set(
        data["urls"]
    )


def test_the_editor_is_one_press_away_from_where_one_looks_for_it(ada: Desk) -> None:
    way = ada.path("design/editor")
    for page in ("", "design/themes", "design/menus"):
        assert f'href="{way}"' in ada.text(page), page


def test_without_javascript_every_form_of_the_design_is_one_press_away(ada: Desk) -> None:
    page = ada.text("design/editor")
    plain = page[page.index("<noscript>") : page.index("</noscript>")]
    for form in ("themes", "pages", "menus", "articles", "site", "media"):
        assert f'href="{ada.path(f"design/{form}")}"' in plain, form
    assert "design/rollouts" not in plain, "only what this person may open"


def test_only_the_editor_may_hold_a_frame_and_only_of_this_shop(shop: Shop, ada: Desk) -> None:
    policy = ada.get("design/editor").headers["Content-Security-Policy"]
    assert f"frame-src http://{shop.alliance.ada.slug}." in policy
    assert "frame-src" not in ada.get("design/menus").headers["Content-Security-Policy"]
