"""The two files by which a host shows whose it is: its proof, and that it leads to us."""

from flask import Response, g
from werkzeug.exceptions import NotFound as NoSuchPage

from kameng.domains.agents.hostnames import proofs, queries
from kameng.faces.frame import guards
from kameng.faces.storefront.blueprint import storefront
from tenants import routing


@storefront.get("/.well-known/kameng-<name>")
@guards.public
def well_known(name: str) -> Response:
    """The proof of a host that is proven already, so that it stays proven while it leads here."""
    host = routing.host_of_request()
    text = proofs.mark(g.tenant.id, host) if name == "here" else None
    text = text or queries.proof_of(g.tenant, host, name)
    if text is None:
        raise NoSuchPage
    return Response(text, mimetype="text/plain", headers={"Cache-Control": "no-store"})
