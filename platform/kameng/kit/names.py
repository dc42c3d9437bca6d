"""What the domain name system says: texts and addresses of a name, within a few seconds.

By the resolvers of this machine, or by those of KAMENG_RESOLVERS ("192.0.2.53", with a port
"127.0.0.1:5353"). A name that certainly is not there and nobody's answering are told apart.
"""

from __future__ import annotations

from typing import Any

import dns.exception
import dns.name
import dns.nameserver
import dns.rdatatype
import dns.resolver

SECONDS = 4.0
_named: tuple[str, ...] = ()


class NotThere(Exception):
    """The name, or this kind of entry, certainly does not exist."""


class NoAnswer(Exception):
    """Nobody who should know answered: it may exist or not."""


def configure(resolvers: tuple[str, ...]) -> None:
    """Ask these resolvers; none means those of this machine."""
    global _named
    _named = resolvers


def texts(name: str) -> list[str]:
    """The TXT entries of a name. Raises NotThere, NoAnswer."""
    return [
        b"".join(entry.strings).decode("utf-8", "replace").strip()
        for entry in _asked(name, dns.rdatatype.TXT)
    ]


def addresses(name: str) -> list[str]:
    """The IPv4 and IPv6 addresses of a name. Raises NotThere, NoAnswer."""
    found: list[str] = []
    for kind in (dns.rdatatype.A, dns.rdatatype.AAAA):
        try:
            found += [str(entry.address) for entry in _asked(name, kind)]
        except NotThere:
            continue
        except NoAnswer:
            if not found:
                raise
    if not found:
        raise NotThere(name)
    return found


def _asked(name: str, kind: dns.rdatatype.RdataType) -> list[Any]:
    try:
        whole = dns.name.from_text(f"{name}.")
        return list(_resolver().resolve(whole, kind, lifetime=SECONDS, search=False))
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.name.NameTooLong) as error:
        raise NotThere(name) from error
    except (dns.exception.DNSException, OSError) as error:
        raise NoAnswer(f"{name}: {type(error).__name__}") from error


def _resolver() -> dns.resolver.Resolver:
    if not _named:
        return dns.resolver.Resolver()
    made = dns.resolver.Resolver(configure=False)
    made.nameservers = [_server(one) for one in _named]
    return made


def _server(text: str) -> dns.nameserver.Nameserver:
    host, colon, port = text.rpartition(":")
    if not colon or ":" in host:
        return dns.nameserver.Do53Nameserver(text)
    return dns.nameserver.Do53Nameserver(host, int(port))
