"""Who may see and change which rows of the shared schema: the list the database is held to.

A new table stands here before its migration is merged; a policy that says something else than its
kind fails the tests. Verbs: S select, I insert, U update, D delete.
"""

from __future__ import annotations

from dataclasses import dataclass

ME = "(current_setting('app.tenant_id'::text))::bigint"
CHAIN = "(current_setting('app.chain'::text))::bigint[]"
MINE = f"(tenant_id = {ME})"
MINE_OR_GIVEN = f"((tenant_id = {ME}) OR (giver_id = {ME}))"
GIVEN_BELOW = f"""((giver_id = {ME}) AND (tenant_id <> {ME}) AND (EXISTS ( SELECT 1
   FROM tenant t
  WHERE ((t.id = preset_push.tenant_id) AND (t.path <@ (array_to_string((current_setting('app.chain'::text))::bigint[], '.'::text))::ltree)))))"""  # noqa: E501
OF_MY_ALLIANCE = f"(root_id = {ME})"
OF_MY_CHAIN = f"(tenant_id = ANY ({CHAIN}))"
OF_MY_CHILD = f"(parent_id = {ME})"
OF_MY_TREE = f"((id = ANY ({CHAIN})) OR (path <@ (array_to_string({CHAIN}, '.'::text))::ltree))"
OF_MY_ACCOUNTS = """(({me} = ANY (chain)) OR (EXISTS ( SELECT 1
   FROM ledger_account a
  WHERE (a.id = {table}.account_id))))"""
ALL = "true"
ROLES = {"app": "kameng_app", "shared": "kameng_app_shared", "relay": "kameng_relay"}

Policy = tuple[str, str, str, str | None, str | None]
"""Name, verb ('*' = all), role, which rows are found, which rows may be written."""


@dataclass(frozen=True)
class Rows:
    """One table: its kind of policy, and the verbs granted to each role of the processes.

    own       the bound site's rows
    chain     rows of the bound site and those above it to read, its own to write
    account   books, and the rows (of the table `column`) of every account it sees today
    books     rows whose `column` names the bound site, to read; functions write them
    given     the bound site's, and those it gave (`giver_id`) to sites below it
    overseen  own, and the master reads the rows of its whole alliance
    registry  no row for a site's role; the shared role works on them
    family    registry, and a site reads its own chain's rows and, of sites, everything below
    """

    kind: str
    app: str = ""
    shared: str = ""
    relay: str = ""
    column: str = "chain"


TABLES: dict[str, Rows] = {
    "tenant": Rows("family", "S", "SIU", "S"),
    "hostname": Rows("own", "SIUD", "SIUD"),
    "own_domain": Rows("own", "SIUD", "SU"),
    "schema_pool": Rows("registry", "", "SUD"),
    "tenant_schema_state": Rows("registry", "", "S"),
    "migration_run": Rows("registry", "", "S"),
    "registry_change": Rows("registry", "", "S", "SD"),
    "cell": Rows("registry", "", "S"),
    "directory": Rows("registry", "", "SIUD"),
    "outbox": Rows("own", "SI", "I", "SIUD"),
    "reaction_done": Rows("own", "SI", "", "SIUD"),
    "inbox": Rows("registry", "", "SIU", "SIUD"),
    "due": Rows("own", "SIUD", "", "SIUD"),
    "audit_log": Rows("own", "SI", "SI"),
    "data_key": Rows("chain", "SI", "SI"),
    "staff": Rows("registry", "", "SIU"),
    "staff_grant": Rows("registry", "", "SIUD"),
    "staff_role": Rows("registry", "", "SIUD"),
    "api_key": Rows("registry", "", "SIU"),
    "level": Rows("chain", "SIUD", "S"),
    "package": Rows("chain", "SIUD", "S"),
    "site_preset": Rows("chain", "SIU"),
    "preset_push": Rows("given", "SIU", "S"),
    "application": Rows("own", "SIU", "SU"),
    "site_name": Rows("registry", "", "SI"),
    "staff_token": Rows("registry", "", "SU"),
    "site_move": Rows("registry", "", "SIU"),
    "tenant_terms": Rows("terms", "SU", "SIU"),
    "category": Rows("chain", "SIUD"),
    "product": Rows("chain", "SIUD"),
    "sku": Rows("chain", "SIUD"),
    "listing": Rows("chain", "SIUD"),
    "card_batch": Rows("own", "SIUD"),
    "catalogue_import": Rows("own", "SIUD"),
    "catalogue_import_row": Rows("own", "SIUD"),
    "card_secret": Rows("books", "S", column="ARRAY[tenant_id, buyer_tenant_id]"),
    "ledger_account": Rows("books", "S"),
    "ledger_txn": Rows("books", "S"),
    "ledger_entry": Rows("account", "S", column="ledger_entry"),
    "ledger_snapshot": Rows("account", "S", column="ledger_snapshot"),
    "ledger_kind": Rows("registry", "", "S"),
    "ledger_day": Rows("registry", "", "S"),
    "member_tier": Rows("own", "SIUD"),
    "member_tier_held": Rows("own", "SIUD"),
    "price_rule": Rows("chain", "SIUD"),
    "markup_template": Rows("own", "SIUD"),
    "markup_preview": Rows("own", "SID"),
    "markup_preview_row": Rows("own", "SID"),
    "price_change": Rows("own", "SIU"),
    "price_change_entry": Rows("own", "SI"),
    "price_policy": Rows("own", "SIUD"),
    "price_cost_waiting": Rows("own", "SIUD"),
    "price_news": Rows("own", "SIUD"),
    "price_sheet": Rows("own", "SIU"),
    "price_sheet_row": Rows("own", "SID"),
    "package_fee": Rows("own", "SIU"),
    "package_plan": Rows("own", "SIU"),
    "package_payment": Rows("own", "SIU"),
    "notice": Rows("own", "S", "SD"),
    "notice_copy": Rows("own", "SU", "SD"),
    "notice_wish": Rows("own", "SIU"),
    "member_wish": Rows("own", "SIU"),
    "what_if": Rows("own", "SIUD"),
    "what_if_site": Rows("own", "SIUD"),
    "payment_attempt": Rows("own", "SIU", "S"),
    "refund_attempt": Rows("own", "SIU", "S"),
    "channel_fee": Rows("chain", "SIU"),
    "payment_dispute": Rows("overseen", "SIU", "S"),
    "promotion": Rows("chain", "SIU"),
    "promoter": Rows("own", "SIU"),
    "promotion_rate": Rows("own", "SIUD"),
    "commission": Rows("own", "SI"),
    "commission_item": Rows("own", "S"),
    "settlement_run": Rows("own", "SI"),
    "skin_schedule": Rows("own", "SIU"),
    "settlement": Rows("books", "S"),
    "settlement_item": Rows("own", "S"),
    "topup": Rows("overseen", "SIU"),
    "topup_policy": Rows("chain", "SIU"),
    "balance_alarm": Rows("own", "SIUD"),
    "proof_run": Rows("own", "SI"),
    "proof_difference": Rows("own", "SI"),
    "order_index": Rows("books", "S", "S"),
    "fulfilment_task": Rows("books", "S", "S"),
    "payee": Rows("overseen", "SIU"),
    "own_channel": Rows("overseen", "SIU"),
    "own_channel_leave": Rows("overseen", "SIU"),
    "payout_account": Rows("overseen", "SIU"),
    "withdrawal": Rows("overseen", "SIU"),
    "withdrawal_policy": Rows("chain", "SIU"),
    "payout_provider": Rows("chain", "SIU"),
    "payout_connection": Rows("overseen", "SIU", "S"),
    "payout_transfer": Rows("overseen", "SIU", "S"),
    "theme_use": Rows("overseen", "SIU", "S"),
    "theme_rollout": Rows("chain", "SIU", "S"),
    "theme_rollout_site": Rows("overseen", "SU", "SI"),
}
WITHOUT_POLICY = {"schema_version"}
"""Alembic's own table: the owner's alone, and no other role has any right to it."""
SEQUENCES: dict[str, dict[str, str]] = {"tenant_id_seq": {"kameng_app_shared": "U"}}


def policies(rows: Rows) -> set[Policy]:
    """Every policy a table of this kind has, as the database spells it."""
    app = ROLES["app"]
    own: dict[str, set[Policy]] = {
        "own": {("own", "*", app, MINE, MINE)},
        "chain": {
            ("chain_read", "r", app, OF_MY_CHAIN, None),
            ("chain_insert", "a", app, None, MINE),
            ("chain_update", "w", app, MINE, MINE),
            ("chain_delete", "d", app, MINE, None),
        },
        "books": {("books_read", "r", app, f"({ME} = ANY ({rows.column}))", None)},
        "account": {
            ("books_read", "r", app, OF_MY_ACCOUNTS.format(me=ME, table=rows.column), None)
        },
        "given": {
            ("given_read", "r", app, MINE_OR_GIVEN, None),
            ("given_insert", "a", app, None, GIVEN_BELOW),
            ("given_update", "w", app, MINE_OR_GIVEN, MINE_OR_GIVEN),
        },
        "overseen": {
            ("own", "*", app, MINE, MINE),
            ("overseen", "r", app, OF_MY_ALLIANCE, None),
        },
        "registry": set(),
        "family": {("family", "r", app, OF_MY_TREE, None)},
        "terms": {
            ("family", "r", app, f"({OF_MY_CHAIN} OR {OF_MY_CHILD})", None),
            ("parent_moves", "w", app, OF_MY_CHILD, OF_MY_CHILD),
        },
    }
    wide: set[Policy] = {("owner_all", "*", "kameng_owner", ALL, ALL)}
    for verbs, role in ((rows.shared, ROLES["shared"]), (rows.relay, ROLES["relay"])):
        if verbs:
            wide.add((f"all_{role}", "*", role, ALL, ALL))
    return own[rows.kind] | wide


def rights(rows: Rows) -> dict[str, str]:
    """Role -> verbs, for the roles that have any."""
    given = {"app": rows.app, "shared": rows.shared, "relay": rows.relay}
    return {ROLES[role]: verbs for role, verbs in given.items() if verbs}
