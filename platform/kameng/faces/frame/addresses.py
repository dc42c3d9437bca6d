"""Full addresses that leave the page: a site, the console, the hooks."""

from flask import request

from kameng.config import settings
from tenants.tree import Tenant


def site(tenant: Tenant, path: str = "/") -> str:
    """Where shoppers reach a tenant's storefront."""
    return _join(f"{tenant.slug}.{settings().base_domain}", path)


def console(path: str = "/") -> str:
    """A page of the console."""
    return _join(f"console.{settings().base_domain}", path)


def hooks(path: str = "/") -> str:
    """Where payment providers and suppliers send their notifications."""
    return _join(f"hooks.{settings().base_domain}", path)


def local_path(wish: str | None, otherwise: str = "/") -> str:
    """A wished-for next page if it stays on this host, else the fallback: no open redirects."""
    if not wish or not wish.startswith("/") or wish.startswith(("//", "/\\")):
        return otherwise
    return wish if all(c.isprintable() and c != "\\" for c in wish) else otherwise


def here() -> str:
    """The page being asked for, with its query, as a local path."""
    return local_path(request.full_path.rstrip("?"))


def _join(host: str, path: str) -> str:
    now = settings()
    usual = {"http": 80, "https": 443}[now.scheme]
    port = "" if now.port == usual else f":{now.port}"
    return f"{now.scheme}://{host}{port}{path}"
