"""The rq entry that looks at one claim; a look waits seconds for others, so the clock only asks."""

from __future__ import annotations

from kameng.domains.agents.hostnames import service
from kameng.domains.agents.hostnames.errors import NoSuchDomain
from kameng.kit import calls, clock
from kameng.kit.jobs import enqueue, job
from tenants.tree import Tenant


def soon(tenant: Tenant, host: str) -> None:
    """Queue a look at one claim; in any binding."""
    enqueue(check_domain, tenant, host, key=f"domain-{host.replace('.', '_')}")


@job(queue="slow")
def check_domain(tenant: Tenant, host: str) -> None:
    """Look at one claim; one given up meanwhile is nothing."""
    try:
        calls.run(service.check(tenant, host, now=clock.now()))
    except NoSuchDomain:
        return
