"""The functions of package fees, as migration 0037 made them: what was paid holds, and what a bank
took back holds no longer."""

from __future__ import annotations

from migrations.functions import settlement_0026 as before

BOUND = "current_setting('app.tenant_id')::bigint"
HEAD = "SECURITY DEFINER SET search_path = shared, pg_temp"
MOVED = """(SELECT sum(e.amount) FROM shared.ledger_entry e
            JOIN shared.ledger_account a ON a.id = e.account_id AND a.owner_type = 'house'
            WHERE e.txn_id = t.id AND NOT e.pending AND {account})"""
LEFT = MOVED.format(account="a.tenant_id = p_site AND a.kind = 'prepaid'")
CAME = MOVED.format(
    account="a.tenant_id = p_parent AND a.kind IN ('package_fee', 'margin', 'available')"
)

# The very amount of the receipt has left the site's balance for the seller, and is still there.
PAID = f"""
CREATE FUNCTION shared.package_fee_paid(
    p_site bigint, p_parent bigint, p_fee uuid, p_amount bigint
) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM shared.ledger_txn t
        WHERE t.tenant_id = p_site AND t.kind = 'package_fee'
            AND t.idem_key = 'package_fee:' || p_fee AND t.ref_id = p_fee::text
            AND p_amount = {LEFT} AND -p_amount = {CAME}
            AND NOT EXISTS (SELECT FROM shared.ledger_txn r WHERE r.reverses = t.id))
$$
"""

# Whoever writes a receipt with the site's role gets nothing for it: the money must be in the books,
# and only a package without any fee is had for nothing. A renewal keeps level and allowances, which
# the parent may have set apart from the package.
APPLY = f"""
CREATE OR REPLACE FUNCTION shared.package_apply(p_fee uuid) RETURNS void
LANGUAGE plpgsql {HEAD} AS $$
DECLARE
    f package_fee%ROWTYPE;
    p package%ROWTYPE;
BEGIN
    SELECT * INTO f FROM package_fee WHERE id = p_fee AND tenant_id = {BOUND};
    SELECT * INTO p FROM package WHERE id = f.package_id AND tenant_id = f.parent_id;
    IF p.id IS NULL THEN RAISE EXCEPTION 'no such receipt or package'; END IF;
    IF f.returned_at IS NOT NULL OR f.amount = 0 AND (p.fee > 0 OR p.fee_year > 0)
        OR f.amount > 0 AND NOT package_fee_paid({BOUND}, f.parent_id, f.id, f.amount)
    THEN RAISE EXCEPTION 'receipt % was not paid', p_fee; END IF;
    UPDATE tenant_terms SET
        package_id = p.id,
        level_id = CASE WHEN f.kind = 'renew' THEN level_id ELSE p.level_id END,
        allows = CASE WHEN f.kind = 'renew' THEN allows ELSE p.allows END,
        valid_from = CASE WHEN f.kind = 'renew' THEN valid_from ELSE f.began END,
        valid_until = f.until, grace_days = p.grace_days
    WHERE tenant_id = {BOUND} AND parent_id = p.tenant_id;
    IF NOT FOUND THEN RAISE EXCEPTION 'receipt % is for another parent', p_fee; END IF;
END $$
"""

APPLY_BEFORE = f"""
CREATE OR REPLACE FUNCTION shared.package_apply(p_fee uuid) RETURNS void
LANGUAGE plpgsql {HEAD} AS $$
DECLARE
    f package_fee%ROWTYPE;
    p package%ROWTYPE;
BEGIN
    SELECT * INTO f FROM package_fee WHERE id = p_fee AND tenant_id = {BOUND};
    SELECT * INTO p FROM package WHERE id = f.package_id AND tenant_id = f.parent_id;
    IF p.id IS NULL THEN RAISE EXCEPTION 'no such receipt or package'; END IF;
    IF f.amount = 0 AND (p.fee > 0 OR p.fee_year > 0) OR f.amount > 0 AND NOT EXISTS (
        SELECT 1 FROM ledger_txn WHERE tenant_id = {BOUND} AND idem_key = 'package_fee:' || f.id)
    THEN RAISE EXCEPTION 'receipt % was not paid', p_fee; END IF;
    UPDATE tenant_terms SET
        package_id = p.id,
        level_id = CASE WHEN f.kind = 'renew' THEN level_id ELSE p.level_id END,
        allows = CASE WHEN f.kind = 'renew' THEN allows ELSE p.allows END,
        valid_from = CASE WHEN f.kind = 'renew' THEN valid_from ELSE f.began END,
        valid_until = f.until, grace_days = p.grace_days
    WHERE tenant_id = {BOUND} AND parent_id = p.tenant_id;
    IF NOT FOUND THEN RAISE EXCEPTION 'receipt % is for another parent', p_fee; END IF;
END $$
"""

# The other way: never longer than before, and no package but one that was paid for and is open.
TAKE_BACK = f"""
CREATE FUNCTION shared.package_take_back(p_fee uuid, p_now timestamptz) RETURNS void
LANGUAGE plpgsql {HEAD} AS $$
DECLARE
    f package_fee%ROWTYPE;
    l package_fee%ROWTYPE;
    p package%ROWTYPE;
BEGIN
    SELECT * INTO f FROM package_fee
    WHERE id = p_fee AND tenant_id = {BOUND} AND returned_at IS NOT NULL;
    IF f.id IS NULL THEN RAISE EXCEPTION 'receipt % was not taken back', p_fee; END IF;
    SELECT * INTO l FROM package_fee
    WHERE tenant_id = {BOUND} AND parent_id = f.parent_id AND NOT replaced
        AND returned_at IS NULL AND until > p_now
    ORDER BY until DESC LIMIT 1;
    SELECT * INTO p FROM package WHERE id = l.package_id AND tenant_id = l.parent_id;
    IF p.id IS NOT NULL AND package_fee_paid({BOUND}, l.parent_id, l.id, l.amount) THEN
        UPDATE tenant_terms SET
            package_id = p.id,
            level_id = CASE WHEN package_id = p.id THEN level_id ELSE p.level_id END,
            allows = CASE WHEN package_id = p.id THEN allows ELSE p.allows END,
            valid_until = least(valid_until, l.until), grace_days = p.grace_days
        WHERE tenant_id = {BOUND} AND parent_id = f.parent_id AND valid_until IS NOT NULL;
    ELSE
        UPDATE tenant_terms SET valid_until = least(valid_until, greatest(p_now, f.began))
        WHERE tenant_id = {BOUND} AND parent_id = f.parent_id AND valid_until IS NOT NULL;
    END IF;
END $$
"""

# What a site above earned by a fee waits like a sale, as long as a bank argues about the payment.
DISPUTED = """coalesce(t.ref_type = 'package' AND EXISTS (
            SELECT FROM shared.package_payment w
            JOIN shared.payment_dispute d ON d.tenant_id = w.tenant_id AND d.purpose = 'topup'
                AND d.reference = w.topup_id::text AND d.state NOT IN ('won', 'lost')
            WHERE w.receipt_id::text = t.ref_id), false)"""
_FROZEN = f"coalesce(o.state IN {before.FROZEN}, false)"
OPEN = before.OPEN.replace("CREATE", "CREATE OR REPLACE", 1).replace(
    _FROZEN, f"{_FROZEN} OR {DISPUTED}"
)
_SITE = "LEFT JOIN tenant n ON n.id = o.tenant_id"
LINES = (
    before.LINES.replace("CREATE", "CREATE OR REPLACE", 1)
    .replace("o.number, o.tenant_id, n.name", "o.number, n.id, n.name")
    .replace(
        _SITE,
        "LEFT JOIN tenant n ON n.id = CASE WHEN t.ref_type = 'package'"
        " THEN t.tenant_id ELSE o.tenant_id END",
    )
)
BEFORE = tuple(
    body.replace("CREATE", "CREATE OR REPLACE", 1) for body in (before.OPEN, before.LINES)
)
