"""Promoters are paid: whose papers a payee's are is found without reading them, and members say
which mails they want.

A payee that was sent before has no digest: it gets one when it is sent again.
"""

from __future__ import annotations

from alembic import op

from migrations import policies

revision = "s0039"
down_revision = "s0038"
branch_labels = None
depends_on = None

DIGEST = "ALTER TABLE shared.payee ADD COLUMN digest bytea"
WISH = """
CREATE TABLE shared.member_wish (
    tenant_id bigint NOT NULL,
    member_id uuid NOT NULL,
    unwanted varchar(40)[] NOT NULL,
    locale varchar(5) NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_member_wish PRIMARY KEY (tenant_id, member_id),
    CONSTRAINT ck_member_wish_locale CHECK (locale IN ('zh_CN', 'en'))
)
"""


def upgrade() -> None:
    op.execute(DIGEST)
    op.execute(WISH)
    policies.own(op, "member_wish", grant="SELECT, INSERT, UPDATE")


def downgrade() -> None:
    op.execute("DROP TABLE shared.member_wish")
    op.execute("ALTER TABLE shared.payee DROP COLUMN digest")
