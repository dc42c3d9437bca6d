"""The books of a site: journal, balances and trial balance."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from kameng.domains.ledger import queries
from kameng.domains.ledger.journal import queries as journal
from kameng.domains.ledger.journal.queries import JournalFilter
from kameng.domains.ledger.proofs import queries as proof_queries
from kameng.domains.ledger.rules import AccountKind
from kameng.faces.console import ledgerwords, lists, proofs, words
from kameng.faces.console.blueprint import pages
from kameng.faces.console.sitesearch import few_here, names_of
from kameng.faces.frame import guards
from tenants.context import use

SIZE = 25


@pages.get("/s/<slug>/ledger")
@guards.staff("ledger.view")
def ledger() -> ResponseReturnValue:
    """Balances beside the journal; every figure opens what it is made of."""
    choices = few_here(g.tenant, lists.number("site"))
    kinds = [kind.value for kind in AccountKind]
    asked = JournalFilter(
        account_kind=lists.one_of("account", *kinds),
        tenant_id=lists.number("site"),
        ref_id=lists.word("ref") or None,
    )
    with use(g.tenant):
        found = journal.journal(g.tenant, asked, after=lists.uuid("after"), size=SIZE)
    sites = names_of(
        g.tenant, {line.account.tenant_id for txn in found.txns for line in txn.entries}
    )
    return render_template(
        "console/ledger/journal.html",
        txns=found.txns,
        after=found.after,
        balances=queries.balances(g.tenant),
        kinds=words.choices("account", *kinds),
        proof=proofs.last(g.tenant),
        sites=sites,
        choices=choices,
        words=ledgerwords,
    )


@pages.get("/s/<slug>/ledger/trial-balance")
@guards.staff("ledger.view")
def trial_balance() -> ResponseReturnValue:
    """Every kind of account of this site and those below; the master's sum is zero."""
    with use(g.tenant):
        found = proof_queries.trial_balance(g.tenant)
    sites = names_of(g.tenant, {row.tenant_id for row in found.rows})
    return render_template("console/ledger/trial.html", found=found, sites=sites)
