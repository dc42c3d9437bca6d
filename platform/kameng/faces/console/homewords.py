"""The next steps on the first page: what to set up, why, and where."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _


@dataclass(frozen=True)
class Step:
    """One line of the checklist."""

    title: str
    text: str
    href: str


def steps() -> dict[str, Step]:
    """Every step by its key; the page shows the ones this site has."""
    return {
        "name": Step(
            _("Name and colour"),
            _("Shoppers recognise your site by them."),
            url_for(".settings_page"),
        ),
        "markup": Step(
            _("Set your markup"),
            _("What you add to your cost is what you earn."),
            url_for(".prices"),
        ),
        "announcement": Step(
            _("Write an announcement"),
            _("Opening hours, how to reach you, today's offers."),
            url_for(".settings_page"),
        ),
        "decorate": Step(
            _("Decorate the shop"),
            _("Banner, modules, own pages: in the preview of your own shop, on a phone too."),
            url_for(".editor"),
        ),
        "share": Step(
            _("Share your link"),
            _("Done once the first order has come in."),
            "#share",
        ),
        "goods": Step(
            _("Bring in your goods"),
            _("A spreadsheet with price and cost, then card secrets."),
            url_for(".goods"),
        ),
        "prices": Step(
            _("Set agent prices"),
            _("Without them agents pay the retail price."),
            url_for(".prices", audience="child"),
        ),
    }
