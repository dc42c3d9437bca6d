"""A dispute at a site's own account freezes nobody's margin: whatever becomes of it, nobody but the
site that collected gives anything up (ADR 0078)."""

from __future__ import annotations

from alembic import op

from migrations.functions import billing_0037 as before
from migrations.functions.settlement_0026 import FROZEN as STATES

revision = "s0043"
down_revision = "s0042"
branch_labels = None
depends_on = None

FROZEN = f"coalesce(o.state IN {STATES}, false)"
# The order stands disputed for the sake of the payment it kept; a second one leaves it alone. Where
# none that the master took is disputed, nothing can be asked of those who had a part.
NOT_BY_OWN = """coalesce(CASE
            WHEN o.state IS DISTINCT FROM 'disputed' THEN
                o.state IN ('refunding', 'refund_failed')
            ELSE NOT EXISTS (SELECT FROM shared.payment_dispute d WHERE d.purpose = 'order'
                    AND d.tenant_id = o.tenant_id AND d.reference = o.number)
                OR EXISTS (SELECT FROM shared.payment_dispute d
                    JOIN shared.payment_attempt p ON p.id = d.attempt_id
                    WHERE d.purpose = 'order' AND d.tenant_id = o.tenant_id
                        AND d.reference = o.number AND p.payee_tenant_id = d.root_id)
            END, false)"""


def upgrade() -> None:
    assert before.OPEN.count(FROZEN) == 1
    op.execute(before.OPEN.replace(FROZEN, NOT_BY_OWN))


def downgrade() -> None:
    op.execute(before.OPEN)
