"""What permissions and the things they are about are called, in words for people."""

from typing import Any

from flask_babel import lazy_gettext as _

from kameng.domains.accounts.roles import rules

THINGS: dict[str, Any] = {
    "home": _("Overview"),
    "goods": _("Goods"),
    "listing": _("Own shelf"),
    "import": _("Import"),
    "secrets": _("Card secrets"),
    "prices": _("Prices"),
    "orders": _("Orders"),
    "contacts": _("Buyers' contacts"),
    "members": _("Members"),
    "promotion": _("Promotion"),
    "sites": _("Sub-sites"),
    "packages": _("Packages"),
    "ledger": _("Ledger"),
    "plan": _("Own package"),
    "topups": _("Top-ups"),
    "settlement": _("Settlement"),
    "payees": _("Payees"),
    "withdrawals": _("Withdrawals"),
    "channels": _("Payment methods"),
    "design": _("Design"),
    "settings": _("Settings"),
    "staff": _("Staff"),
    "roles": _("Roles"),
    "keys": _("API keys"),
    "visits": _("Visits from above"),
    "audit": _("Audit log"),
}
ACTS: dict[str, Any] = {
    "home.view": _("See the figures of the day"),
    "goods.view": _("See the goods"),
    "goods.edit": _("Add and change goods and categories"),
    "listing.edit": _("Show, hide, rename and pin goods"),
    "import.edit": _("Import the catalogue from a spreadsheet"),
    "secrets.view": _("See stock, without the secrets"),
    "secrets.edit": _("Add, void and restore secrets"),
    "secrets.reveal": _("Look at a secret"),
    "prices.view": _("See prices, floors and margins"),
    "prices.edit": _("Change prices and price rules"),
    "prices.approve": _("Approve large moves of costs, set from when they wait"),
    "orders.view": _("See orders"),
    "orders.refund": _("Refund and settle orders, deliver again"),
    "orders.return": _("Give delivered goods back, whole or in part"),
    "orders.late": _("Give goods back after the promised days"),
    "contacts.view": _("See the contact a buyer left with an order"),
    "members.view": _("See members"),
    "members.edit": _("Freeze members, end their sessions, give them tiers"),
    "members.credit": _("Credit balances"),
    "promotion.view": _("See promoters and what they earn"),
    "promotion.edit": _("Set shares of commission, switch promoters on and off"),
    "sites.view": _("See the sites below"),
    "sites.open": _("Open sites on behalf"),
    "sites.suspend": _("Suspend sites, set their price level"),
    "sites.enter": _("Go into a site for a while"),
    "sites.move": _("Move sites in the tree"),
    "sites.deposit": _("Record deposits of agents"),
    "packages.view": _("See packages"),
    "packages.edit": _("Add and change packages"),
    "ledger.view": _("See the books"),
    "ledger.prove": _("Prove the books"),
    "plan.view": _("See the site's own package and what it cost"),
    "plan.pay": _("Pay for the site's own package, choose another"),
    "topups.view": _("See top-ups of balances"),
    "topups.pay": _("Top up the site's balance, set from when it is low"),
    "topups.refund": _("Give unspent top-ups back"),
    "topups.edit": _("Set how much may be topped up at once"),
    "settlement.run": _("Settle what agents have earned"),
    "payees.edit": _("Say who is paid, bind accounts"),
    "payees.verify": _("Check payees and accounts of sub-sites"),
    "withdrawals.ask": _("Ask for withdrawals, turn earnings into balance"),
    "withdrawals.review": _("Approve and reject withdrawals"),
    "withdrawals.pay": _("Pay withdrawals out, with proof"),
    "withdrawals.set": _("Set the rules for withdrawals"),
    "channels.edit": _("Store the site's own payment keys, switch own collecting on and off"),
    "channels.allow": _("Allow sub-sites to collect payments by themselves"),
    "design.view": _("See the design, pages and pictures"),
    "design.edit": _("Change the design, pages and pictures"),
    "design.release": _("Roll new template versions out to the sites"),
    "settings.view": _("See settings and domains"),
    "settings.edit": _("Change settings and domains"),
    "staff.view": _("See staff and roles"),
    "staff.edit": _("Invite and remove staff, change their role"),
    "roles.edit": _("Make and change the site's own roles"),
    "keys.edit": _("Make and revoke API keys"),
    "visits.end": _("End a visit from above"),
    "audit.view": _("See the audit log"),
}


def thing(resource: str) -> str:
    """A part of the console."""
    return str(THINGS[resource])


def act(permission: str) -> str:
    """What a permission lets one do; an unknown one as its code."""
    return str(ACTS.get(permission, permission))


def rows(*, root: bool) -> list[tuple[str, list[str]]]:
    """The matrix: every resource with its permissions this kind of site can give."""
    limit = rules.limit(root=root)
    whole = (
        (resource, [f"{resource}.{act}" for act in acts if f"{resource}.{act}" in limit])
        for resource, acts in rules.TABLE.items()
    )
    return [(resource, permissions) for resource, permissions in whole if permissions]
