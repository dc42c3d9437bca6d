"""What the shop has to say: its announcements on a page of their own."""

from flask import Response

from kameng.faces.frame import guards
from kameng.faces.storefront.answer import arrangement, page
from kameng.faces.storefront.blueprint import storefront
from kameng.faces.storefront.drops import shop


@storefront.get("/notices")
@guards.public
def notices() -> Response:
    """All announcements of the shop."""
    return page("notices", {"notices": shop.notices(arrangement())})
