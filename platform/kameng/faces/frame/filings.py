"""The filing numbers (备案号) a page shows: of the host it is asked for on."""

from kameng.config import settings
from kameng.domains.agents.hostnames import queries
from kameng.kit import cache
from tenants.tree import Tenant

SECONDS = 600


def shown(tenant: Tenant, host: str) -> dict[str, str]:
    """Both numbers; the platform's own on hosts below its base domain."""
    if host == settings().host(tenant.slug):
        return {"icp": settings().icp, "icp_police": settings().icp_police}
    kept = cache.get(tenant, _name(host))
    if kept is None:
        found = queries.filing_of(tenant, host)
        kept = {"icp": found.icp, "icp_police": found.police}
        cache.put(tenant, _name(host), kept, seconds=SECONDS)
    return dict(kept)


def changed(tenant: Tenant, host: str) -> None:
    """Read them anew at the next page."""
    cache.forget(tenant, _name(host))


def _name(host: str) -> str:
    return f"filing:{host}"
