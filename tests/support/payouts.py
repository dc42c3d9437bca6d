"""Sites that are paid by the provider, for tests: the master's switch, an account at the stand-in,
a withdrawal to it, all committed."""

from __future__ import annotations

from urllib.parse import urlencode

from kameng.domains.payees import queries as payee_queries
from kameng.domains.payees.accounts import queries as accounts
from kameng.domains.payees.accounts.queries import AccountFacts
from kameng.domains.withdrawals import review
from kameng.domains.withdrawals.connected import queries, service
from kameng.domains.withdrawals.connected.rules import ConnectionFacts
from kameng.domains.withdrawals.queries import WithdrawalFacts
from kameng.kit import calls, clock
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import payees
from tests.support.ledger import TESTER
from tests.support.payees import PAPERS
from tests.support.payments import Standin
from tests.support.withdrawals import asked

LAST, FIRST = PAPERS.legal_name[:1], PAPERS.legal_name[1:]


def on(master: Tenant) -> None:
    """The master pays out by the provider."""
    with use(master):
        calls.run(service.switch_on(master, actor=TESTER))
        session.commit()


def verified(site: Tenant) -> None:
    """The site's payee is verified."""
    with use(site):
        if payee_queries.of(site) is None:
            payees.verified(site)
        session.commit()


def begun(site: Tenant, country: str = "HK") -> ConnectionFacts:
    """An account at the provider that its owner has not filled in."""
    with use(site):
        made = calls.run(service.begin(site, country, actor=TESTER, now=clock.now()))
        session.commit()
    return made


def looked(site: Tenant, made: ConnectionFacts) -> ConnectionFacts:
    """What the provider says of it now, taken in."""
    with use(site):
        found = calls.run(service.look(site, made.id))
        session.commit()
    return found


def filled_in(
    standin: Standin, made: ConnectionFacts, last: str = LAST, first: str = FIRST
) -> None:
    """Its owner tells the provider who he is."""
    told = urlencode({"last": last, "first": first})
    standin.ask("POST", f"/_control/connected/{made.provider_account}?{told}")


def ready(site: Tenant, standin: Standin) -> AccountFacts:
    """An account at the provider that stands."""
    verified(site)
    made = begun(site)
    filled_in(standin, made)
    found = looked(site, made)
    return account(site, found)


def account(site: Tenant, made: ConnectionFacts) -> AccountFacts:
    """The payout account that a connection is."""
    assert made.account_id
    with use(site):
        found = accounts.account(site, made.account_id)
    assert found
    return found


def again(site: Tenant, made: ConnectionFacts) -> ConnectionFacts:
    """The connection as it is now."""
    with use(site):
        found = queries.one(site, made.id)
    assert found
    return found


def approved(site: Tenant, to: AccountFacts, amount: str) -> WithdrawalFacts:
    """A withdrawal that waits to be paid."""
    with use(site):
        made = asked(site, to, amount)
        done = review.approve(site, made.id, actor=TESTER, now=clock.now())
        session.commit()
    return done
