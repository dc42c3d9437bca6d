"""The frame around every face: addresses, policies, refusals, languages, permissions."""

import pytest

from kameng.faces.frame import addresses, headers, permissions, problems, refusals
from kameng.faces.frame.money import cash, money, percent, plain
from kameng.kit import errors
from kameng.kit.money import Money, Percent
from tests.support import desk, shop


@pytest.mark.parametrize(
    "wish", ["https://evil.example", "//evil.example", "/\\evil", "javascript:alert(1)", "", None]
)
def test_a_next_page_elsewhere_is_not_followed(wish):
    assert addresses.local_path(wish, "/home") == "/home"


def test_a_next_page_here_is_followed():
    assert addresses.local_path("/s/hub/orders?q=1") == "/s/hub/orders?q=1"


def test_amounts_are_written_as_people_read_them():
    assert money(Money.of("12345.6")) == "12,345.60"
    assert money(Money.of("0.0035")) == "0.0035"
    assert money(None) == "—"
    assert cash(Money.of("-9.9")) == "-¥9.90"
    assert plain(Money.of("12345")) == "12345.00"
    assert percent(Percent.of("7.5")) == "7.5%"


def test_a_permission_nobody_holds_is_a_spelling_mistake(app):
    with app.app_context(), pytest.raises(LookupError):
        permissions.may("orders.veiw")


def every_refusal(family=errors.Refusal):
    for child in family.__subclasses__():
        yield child
        yield from every_refusal(child)


def test_every_refusal_has_its_sentence(app):
    named = {one.code for one in every_refusal() if one.__module__.startswith("kameng.")}
    assert named - set(refusals.TEXTS) == set()


def test_a_refusal_speaks_the_visitors_language(app):
    refusal = desk_refusal()
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert refusals.text(refusal) == "The name <gold> stands there already. Choose another."
    with app.test_request_context("/"):
        assert refusals.text(refusal) == "名称「<gold>」已存在，请换一个。"


def desk_refusal():
    from kameng.domains.catalog.errors import NameTaken

    return NameTaken(name="<gold>")


def test_families_have_their_statuses():
    assert problems.status_of(errors.NotFound()) == 404
    assert problems.status_of(errors.Forbidden()) == 403
    assert problems.status_of(errors.Conflict()) == 409
    assert problems.status_of(errors.TooMany()) == 429
    assert problems.status_of(errors.Refusal()) == 422


def test_no_face_allows_anything_inline_or_from_elsewhere(app):
    for face in ("console", "signup", "storefront", "hooks", "landing", "plain"):
        policy = headers.policy(face)
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "*" not in policy


def test_console_pages_carry_their_policy_and_are_kept_by_nobody(alliance, app):
    answer = alliance.console.get("/sign-in")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Host" in answer.headers["Vary"]
    page = answer.get_data(as_text=True)
    for forbidden in (" style=", "<style", "onclick=", "https://"):
        assert forbidden not in page


def test_assets_are_packed_and_kept_for_a_year(alliance, app):
    page = alliance.console.get("/sign-in").get_data(as_text=True)
    path = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = alliance.console.get(path, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert alliance.console.get("/assets/../guards.py").status_code == 404


def test_english_is_kept_once_asked_for(alliance, app):
    client = alliance.console
    assert "登录" in client.get("/sign-in").get_data(as_text=True)
    assert "Sign in" in client.get("/sign-in?lang=en").get_data(as_text=True)
    assert "Sign in" in client.get("/sign-in").get_data(as_text=True)


def test_an_unknown_page_of_the_console_is_a_page_and_not_a_trace(alliance, app):
    answer = alliance.console.get("/nowhere")
    assert answer.status_code == 404
    assert "页面不存在" in answer.get_data(as_text=True)


def test_an_upload_of_fifty_megabytes_is_refused_in_words(alliance, app):
    shop.furnish(alliance)
    here = desk.at(alliance, alliance.hub)
    form = "multipart/form-data; boundary=x"
    path = here.path("goods/import")
    answer = here.client.post(path, data=b"x" * 52_000_000, content_type=form)
    assert answer.status_code == 413
    assert "文件过大" in answer.get_data(as_text=True)
