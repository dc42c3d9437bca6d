"""Full addresses that leave the page: a site, the console, the hooks."""

from flask import request

from kameng.config import settings
from tenants.tree import Tenant


def site(tenant: Tenant, path: str = "/") -> str:
    """Where shoppers reach a tenant's storefront: the host it is known by."""
    return settings().address(main_host(tenant), path)


def main_host(tenant: Tenant) -> str:
    """The host a site is known by: an own domain it chose, or its name below the base domain."""
    return tenant.host or settings().host(tenant.slug)


def console(path: str = "/") -> str:
    """A page of the console."""
    return settings().address(settings().host("console"), path)


def hooks(path: str = "/") -> str:
    """Where payment providers and suppliers send their notifications."""
    return settings().address(settings().host("hooks"), path)


def local_path(wish: str | None, otherwise: str = "/") -> str:
    """A wished-for next page if it stays on this host, else the fallback: no open redirects."""
    if not wish or not wish.startswith("/") or wish.startswith(("//", "/\\")):
        return otherwise
    return wish if all(c.isprintable() and c != "\\" for c in wish) else otherwise


def here() -> str:
    """The page being asked for, with its query, as a local path."""
    return local_path(request.full_path.rstrip("?"))
