"""Seals over the ledger: a chain that only grows, and the order in which entries are sealed."""

import sqlalchemy as sa
from alembic import op

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0008_hours_seals"
down_revision = "0007_certificates"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"


def upgrade() -> None:
    """Apply. The service may add seals but never change one; what it adds is checked by hash and signature."""
    op.create_table(
        "hours_seals",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("prev", sa.LargeBinary(), nullable=True),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("lo_epoch", sa.Integer(), nullable=False),
        sa.Column("lo_xid", sa.BigInteger(), nullable=False),
        sa.Column("lo_seq", sa.BigInteger(), nullable=False),
        sa.Column("hi_epoch", sa.Integer(), nullable=False),
        sa.Column("hi_xid", sa.BigInteger(), nullable=False),
        sa.Column("hi_seq", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("entry_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("leaves", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("region_id", "number", name=op.f("pk_hours_seals")),
        sa.UniqueConstraint("region_id", "prev", name=op.f("uq_hours_seals_region_id_prev")),
        sa.UniqueConstraint("region_id", "head", name=op.f("uq_hours_seals_region_id_head")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_hours_seals_region_id")),
        sa.ForeignKeyConstraint(
            ["region_id", "prev"],
            ["hours_seals.region_id", "hours_seals.head"],
            name=op.f("fk_hours_seals_region_id_prev"),
        ),
        sa.CheckConstraint("number >= 1 AND (number = 1) = (prev IS NULL)", name=op.f("ck_hours_seals_number")),
        sa.CheckConstraint(
            "octet_length(root) = 32 AND octet_length(head) = 32 AND octet_length(signature) = 64",
            name=op.f("ck_hours_seals_hashes"),
        ),
        sa.CheckConstraint(
            "entries BETWEEN 1 AND 1000 AND cardinality(entry_ids) = entries AND octet_length(leaves) = 32 * entries",
            name=op.f("ck_hours_seals_entries"),
        ),
        sa.CheckConstraint(
            "(lo_epoch, lo_xid, lo_seq) <= (hi_epoch, hi_xid, hi_seq)", name=op.f("ck_hours_seals_positions")
        ),
    )
    op.create_index(
        "uq_hours_seals_position", "hours_seals", ["region_id", "hi_epoch", "hi_xid", "hi_seq"], unique=True
    )
    op.create_index("ix_hours_entries_position", "hours_entries", ["region_id", "epoch", "xid", "seq"])
    op.execute("ALTER TABLE hours_seals ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE hours_seals FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY region_wall ON hours_seals USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})"
    )
    op.execute(f"GRANT SELECT, INSERT ON hours_seals TO {SERVICE_ROLE}")
    for name, when in (("rows", "UPDATE OR DELETE ON hours_seals FOR EACH ROW"), ("whole", "TRUNCATE ON hours_seals")):
        op.execute(f"CREATE TRIGGER only_grows_{name} BEFORE {when} EXECUTE FUNCTION refuse_rewrite()")
        op.execute(f"ALTER TABLE hours_seals ENABLE ALWAYS TRIGGER only_grows_{name}")


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_hours_entries_position", "hours_entries")
    op.drop_table("hours_seals")
