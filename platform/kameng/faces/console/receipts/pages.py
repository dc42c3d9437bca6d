"""The receipt of a package fee, taken home by the site that paid it."""

import io
from uuid import UUID

from flask import Response, g, send_file
from flask.typing import ResponseReturnValue

from kameng.domains.billing.receipts import queries
from kameng.domains.payees import queries as payees
from kameng.faces.console.blueprint import pages
from kameng.faces.console.receipts import paper
from kameng.faces.console.receipts.paper import Paper
from kameng.faces.frame import guards
from kameng.kit import clock
from tenants import registry
from tenants.context import shared, use
from tenants.tree import Tenant


@pages.get("/s/<slug>/package/receipts/<uuid:receipt_id>")
@guards.staff("plan.view")
def receipt_file(receipt_id: UUID) -> ResponseReturnValue:
    """One page: who received what from whom, for which days, and whether it went back."""
    with use(g.tenant):
        receipt = queries.one(g.tenant, receipt_id)
    with shared():
        seller = registry.by_id(receipt.parent_id)
    out = io.BytesIO()
    named = _called(seller) if seller else ""
    paper.write(out, Paper(receipt, named, _called(g.tenant), clock.now()))
    out.seek(0)
    name = f"receipt-{receipt.number}.pdf"
    answer: Response = send_file(out, "application/pdf", as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _called(site: Tenant) -> str:
    """The name of a site, and of the person or company behind it where the master knows it."""
    with use(site):
        payee = payees.verified(site)
    return f"{site.name} ({payee.legal_name})" if payee else site.name
