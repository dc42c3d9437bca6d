"""A sign that no text column holds is a bad request, not a breakdown."""

import pytest

from tests.support import desk, shop


@pytest.mark.parametrize("path", ["/search?q=a%00b", "/c?sort=%00", "/sign-in?next=/%00"])
def test_a_nul_in_an_address_is_a_bad_request(alliance, app, path):
    visitor = shop.furnish(alliance).visitor()
    assert visitor.get(path).status_code == 400


def test_a_nul_in_a_form_is_a_bad_request(alliance, app):
    visitor = shop.furnish(alliance).visitor()
    assert visitor.sign_in("kim\x00@example.com").status_code == 400
    assert visitor.get("/").status_code == 200


def test_a_nul_in_the_name_of_a_site_is_a_bad_request(alliance, app):
    here = desk.at(alliance, alliance.hub)
    assert here.client.get("/s/a%00b/orders").status_code == 400
