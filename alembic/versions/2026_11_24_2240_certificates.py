"""Certificates: editions that stay as issued, the counters of their numbers, and where a token is looked up."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0007_certificates"
down_revision = "0006_closings"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
KINDS = "'hours', 'appointment', 'award'"
MOVING = "status, status_reason, status_changed_at, status_changed_by, changes, updated_at, version"
FROZEN = (
    "region_id, id, kind, number_year, number_place, number, organisation_id, teacher_id, period, edition, previous_id,"
    " holder_name, issuer, content, shown, stands_on, digest, token, pdf, pdf_sha256, issued_on, issued_by,"
    " policy_version, created_at"
)
GRANTS = {
    "certificates": f"SELECT, INSERT, UPDATE ({MOVING})",
    "certificate_counters": "SELECT, INSERT, UPDATE (last)",
    "verification_tokens": "SELECT, INSERT",
}
WALLED = ("certificates", "certificate_counters")


def upgrade() -> None:
    """Apply."""
    _make_certificates()
    _make_indexes()
    op.create_table(
        "certificate_counters",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_certificate_counters_kind")),
        sa.CheckConstraint("last >= 1", name=op.f("ck_certificate_counters_last")),
        sa.PrimaryKeyConstraint("region_id", "kind", "year", name=op.f("pk_certificate_counters")),
    )
    op.create_table(
        "verification_tokens",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("octet_length(token_hash) = 32", name=op.f("ck_verification_tokens_token_hash")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_verification_tokens")),
    )
    for table in WALLED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY region_wall ON {table} USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})"
        )
    for table, grants in GRANTS.items():
        op.execute(f"GRANT {grants} ON {table} TO {SERVICE_ROLE}")
    # A PDF is compressed already: out of the row and as it is.
    op.execute("ALTER TABLE certificates ALTER COLUMN pdf SET STORAGE EXTERNAL")
    for name, when in (
        ("rows", f"UPDATE OF {FROZEN} OR DELETE ON certificates FOR EACH ROW"),
        ("whole", "TRUNCATE ON certificates"),
    ):
        op.execute(f"CREATE TRIGGER only_grows_{name} BEFORE {when} EXECUTE FUNCTION refuse_rewrite()")
        op.execute(f"ALTER TABLE certificates ENABLE ALWAYS TRIGGER only_grows_{name}")


def downgrade() -> None:
    """Undo."""
    for table in reversed(GRANTS):
        op.drop_table(table)


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False)


def _make_certificates() -> None:
    op.create_table(
        "certificates",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number_year", sa.Integer(), nullable=False),
        sa.Column("number_place", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("previous_id", sa.Uuid(), nullable=True),
        sa.Column("holder_name", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("shown", postgresql.JSONB(), nullable=False),
        sa.Column("stands_on", postgresql.JSONB(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("pdf_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'valid'"), nullable=False),
        sa.Column("status_reason", sa.Text(), nullable=True),
        sa.Column("status_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status_changed_by", sa.Uuid(), nullable=True),
        sa.Column("changes", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        _time("created_at"),
        _time("updated_at"),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        *_checks(),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_certificates_region_id")),
        *(
            sa.ForeignKeyConstraint(
                ["region_id", column],
                [f"{table}.region_id", f"{table}.id"],
                name=op.f(f"fk_certificates_region_id_{column}"),
            )
            for column, table in (
                ("organisation_id", "organisations"),
                ("teacher_id", "teachers"),
                ("previous_id", "certificates"),
            )
        ),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_certificates")),
        sa.UniqueConstraint("region_id", "kind", "number_year", "number_place", name="uq_certificates_place"),
        sa.UniqueConstraint("region_id", "number", name="uq_certificates_number"),
        sa.UniqueConstraint("region_id", "token", name="uq_certificates_token"),
        sa.UniqueConstraint("region_id", "previous_id", name="uq_certificates_previous"),
    )


def _checks() -> list[sa.CheckConstraint]:
    found = {
        "kind": f"kind IN ({KINDS})",
        "status": "status IN ('valid', 'superseded', 'revoked')",
        "number_year": "number_year BETWEEN 2022 AND 9999",
        "number_place": "number_place BETWEEN 1 AND 999999",
        "number": " OR ".join(
            f"(kind = '{kind}' AND number = '{prefix}-' || number_year || '-' || lpad(number_place::text, 6, '0'))"
            for kind, prefix in (("hours", "XSZM"), ("appointment", "PS"), ("award", "RYZS"))
        ),
        "period": "length(period) BETWEEN 1 AND 50",
        "edition": "(edition = 1) = (previous_id IS NULL) AND edition >= 1",
        "token": "token ~ '^[A-Za-z0-9_-]{22}$'",
        "digest": "octet_length(digest) = 32",
        "pdf": "octet_length(pdf) BETWEEN 1 AND 2097152",
        "pdf_sha256": "pdf_sha256 = sha256(pdf)",
        "status_change": "(status = 'valid') = (status_changed_at IS NULL)"
        " AND (status_changed_at IS NULL) = (status_changed_by IS NULL)",
        "revocation_reason": "status <> 'revoked' OR length(status_reason) > 0",
        "changes": "jsonb_typeof(changes) = 'array'",
    }
    return [sa.CheckConstraint(rule, name=op.f(f"ck_certificates_{name}")) for name, rule in found.items()]


def _make_indexes() -> None:
    holders = (("teacher", "IS NOT NULL"), ("organisation", "IS NULL"))
    for holder, given in holders:
        op.create_index(
            f"uq_certificates_valid_{holder}",
            "certificates",
            ["region_id", "kind", f"{holder}_id", "period"],
            unique=True,
            postgresql_where=sa.text(f"status = 'valid' AND teacher_id {given}"),
        )
        op.create_index(f"ix_certificates_{holder}", "certificates", ["region_id", f"{holder}_id", "id"])
