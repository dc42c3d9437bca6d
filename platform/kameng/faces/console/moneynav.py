"""The pages of the site's money, side by side: each shows the others to those who may see them."""

from flask import current_app, g
from flask_babel import lazy_gettext as _l

from kameng.faces.console.blueprint import pages
from kameng.faces.frame import permissions

TABS = (
    ("settlements", _l("Settlement"), "ledger.view"),
    ("withdrawals", _l("Withdrawals"), "ledger.view"),
    ("payouts", _l("Pay-outs"), "withdrawals.review"),
    ("payees", _l("Payees"), "payees.verify"),
    ("balance", _l("My balance"), "topups.view"),
    ("collecting", _l("Payment methods"), "ledger.view"),
    ("topups_page", _l("Top-ups"), "topups.view"),
    ("my_package", _l("My package"), "plan.view"),
    ("package_income", _l("Package income"), "ledger.view"),
    ("disputes", _l("Disputes"), "orders.view"),
    ("channel_fees", _l("Channel fees"), "withdrawals.set"),
    ("ledger", _l("Ledger"), "ledger.view"),
    ("statements", _l("Statements"), "ledger.view"),
    ("proofs", _l("Proof of the books"), "ledger.prove"),
)
"""Endpoint, what it is called, and who sees it; one that is not there yet is left out. First what
was earned and how it gets out, then what is paid in, then the books themselves."""
ROOT_ONLY: frozenset[str] = frozenset({"channel_fees", "payouts", "payees", "package_income"})
"""Endpoints that are of use at the master site only."""
BELOW_ONLY: frozenset[str] = frozenset({"my_package", "balance", "withdrawals", "collecting"})
"""Endpoints that are of use at sub-sites only."""


@pages.app_template_global()
def money_tabs() -> list[tuple[str, str]]:
    """The pages this person may open."""
    there = current_app.view_functions
    return [
        (endpoint, str(label))
        for endpoint, label, permission in TABS
        if f"console.{endpoint}" in there and permissions.may(permission) and _is_of_use(endpoint)
    ]


def _is_of_use(endpoint: str) -> bool:
    """Some pages are for the master site, some for the sites below it."""
    return endpoint not in (BELOW_ONLY if g.tenant.is_root else ROOT_ONLY)
