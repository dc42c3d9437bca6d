"""At which account of a provider something is asked: the master's, or a site's own. Keys are read
while their site is bound, and used when nothing is open any more."""

from __future__ import annotations

from dataclasses import dataclass

from kameng.domains.payments import gateways
from kameng.domains.payments.gateways import Gateway
from kameng.domains.payments.own import queries as own
from kameng.faces.worker import sites
from kameng.kit.calls import CallRefused
from tenants.proof import use_proven
from tenants.tree import Tenant


@dataclass(frozen=True, slots=True)
class Account:
    """A provider, and the site whose own account it is; without one it is the master's."""

    channel: str
    site_id: int | None = None

    @classmethod
    def read(cls, provider: str) -> Account:
        """As the inbox names it."""
        channel, _, site = provider.partition(":")
        return cls(channel, int(site) if site else None)

    def is_of(self, tenant: Tenant, payee_id: int) -> bool:
        """Whether what a site was paid there went to this payee. Another account knows nothing of
        it, whatever it says."""
        mine = tenant.root_id if self.site_id is None else self.site_id
        return payee_id == mine and self.site_id in (None, tenant.id)

    def gateway(self) -> Gateway:
        """The way to ask there. Nothing may be bound."""
        if self.site_id is None:
            return gateways.of(self.channel)
        tenant = sites.by_id(self.site_id)
        if tenant is None:
            raise CallRefused("the site is gone")
        return gateway(tenant, self.channel, tenant.id)


def gateway(tenant: Tenant, channel: str, payee_id: int) -> Gateway:
    """The gateway to the account of whoever a site's shopper paid. Nothing may be bound."""
    with use_proven(tenant):
        return own.gateway(tenant, channel, payee_id)
