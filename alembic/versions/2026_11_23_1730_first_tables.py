"""First tables: regions, organisations, teachers, accounts, events, idempotency keys and the hours ledger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.core.events import TransactionId

revision = "0001_first_tables"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute(
        """
        CREATE TABLE feed_epochs (
            epoch integer NOT NULL CONSTRAINT pk_feed_epochs PRIMARY KEY,
            system_identifier text NOT NULL,
            started_at timestamptz NOT NULL DEFAULT clock_timestamp()
        )
        """
    )
    op.execute(
        "CREATE FUNCTION feed_epoch() RETURNS integer LANGUAGE sql STABLE AS 'SELECT max(epoch) FROM feed_epochs'"
    )
    op.execute("INSERT INTO feed_epochs SELECT 1, system_identifier::text FROM pg_control_system()")
    op.create_table(
        "events",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.Integer(), server_default=sa.text("feed_epoch()"), nullable=False),
        sa.Column("xid", TransactionId(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("acting_role", sa.Text(), nullable=True),
        sa.Column("acting_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("remote_address", sa.Text(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("decided_under", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "occurred_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("channel IN ('change', 'audit')", name=op.f("ck_events_channel")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_events")),
    )
    op.create_index("ix_events_account", "events", ["region_id", "account_id", "occurred_at"], unique=False)
    op.create_index("ix_events_entity", "events", ["region_id", "entity", "entity_id"], unique=False)
    op.create_index("ix_events_feed", "events", ["region_id", "epoch", "xid", "seq"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("principal_id", sa.Uuid(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(key) BETWEEN 8 AND 255", name=op.f("ck_idempotency_keys_key")),
        sa.PrimaryKeyConstraint("region_id", "principal_id", "route", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index("ix_idempotency_keys_expiry", "idempotency_keys", ["expires_at"], unique=False)
    op.create_table(
        "identity_numbers",
        sa.Column("number_index", sa.LargeBinary(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("octet_length(number_index) = 32", name=op.f("ck_identity_numbers_index_length")),
        sa.PrimaryKeyConstraint("number_index", name=op.f("pk_identity_numbers")),
        sa.UniqueConstraint("region_id", "teacher_id", name=op.f("uq_identity_numbers_region_id_teacher_id")),
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("is_complete", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint("purpose IN ('production', 'demo', 'test')", name=op.f("ck_installation_purpose")),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "regions",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("policy_packs", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("id BETWEEN 100000 AND 999999", name=op.f("ck_regions_six_digits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regions")),
    )
    op.create_table(
        "sign_in_names",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('account', 'client')", name=op.f("ck_sign_in_names_kind")),
        sa.PrimaryKeyConstraint("name", "kind", name=op.f("pk_sign_in_names")),
    )
    op.create_table(
        "organisations",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("parent_kind", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("department_code", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=True),
        sa.Column("stages", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("is_compulsory", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_weak", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("town", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "(kind = 'bureau' AND parent_kind IS NULL) OR (kind = 'department' AND parent_kind IN ('bureau')) OR (kind = 'training_school' AND parent_kind IN ('bureau')) OR (kind = 'central_school' AND parent_kind IN ('bureau')) OR (kind = 'school' AND parent_kind IN ('bureau', 'central_school')) OR (kind = 'host_institution' AND parent_kind IS NULL)",
            name=op.f("ck_organisations_kind_under_parent"),
        ),
        sa.CheckConstraint(
            "(kind = 'department') = (department_code IS NOT NULL)", name=op.f("ck_organisations_department_code")
        ),
        sa.CheckConstraint("(status = 'closed') = (closed_on IS NOT NULL)", name=op.f("ck_organisations_closed_on")),
        sa.CheckConstraint(
            "kind IN ('bureau', 'department', 'training_school', 'central_school', 'school', 'host_institution')",
            name=op.f("ck_organisations_kind"),
        ),
        sa.CheckConstraint("status IN ('open', 'closed')", name=op.f("ck_organisations_status")),
        sa.CheckConstraint("(parent_id IS NULL) = (parent_kind IS NULL)", name=op.f("ck_organisations_parent_whole")),
        sa.CheckConstraint("length(name) BETWEEN 2 AND 100", name=op.f("ck_organisations_name")),
        sa.ForeignKeyConstraint(
            ["region_id", "parent_id", "parent_kind"],
            ["organisations.region_id", "organisations.id", "organisations.kind"],
            name="fk_organisations_parent",
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_organisations_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("region_id", "code", name=op.f("uq_organisations_region_id_code")),
        sa.UniqueConstraint("region_id", "id", "kind", name=op.f("uq_organisations_region_id_id_kind")),
    )
    op.create_index("ix_organisations_parent", "organisations", ["region_id", "parent_id"], unique=False)
    op.create_index(
        "uq_organisations_bureau",
        "organisations",
        ["region_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'bureau'"),
    )
    op.create_index(
        "uq_organisations_department",
        "organisations",
        ["region_id", "department_code"],
        unique=True,
        postgresql_where=sa.text("kind = 'department' AND status = 'open'"),
    )
    op.create_table(
        "school_years",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("start_year", sa.Integer(), nullable=False),
        sa.Column("first_term_starts_on", sa.Date(), nullable=False),
        sa.Column("first_term_ends_on", sa.Date(), nullable=False),
        sa.Column("second_term_starts_on", sa.Date(), nullable=False),
        sa.Column("second_term_ends_on", sa.Date(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "first_term_starts_on < first_term_ends_on AND first_term_ends_on < second_term_starts_on AND second_term_starts_on < second_term_ends_on",
            name=op.f("ck_school_years_terms_in_order"),
        ),
        sa.CheckConstraint(
            "first_term_starts_on >= make_date(start_year, 8, 15) AND second_term_ends_on <= make_date(start_year + 1, 8, 31)",
            name=op.f("ck_school_years_terms_in_year"),
        ),
        sa.CheckConstraint("start_year BETWEEN 2000 AND 2100", name=op.f("ck_school_years_start_year")),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_school_years_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_school_years")),
        sa.UniqueConstraint("region_id", "start_year", name=op.f("uq_school_years_region_id_start_year")),
    )
    op.create_table(
        "api_clients",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("networks", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'active'"), nullable=False),
        sa.Column("session_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "role IN ('bureau', 'training_school', 'central_school', 'school', 'teacher') AND role <> 'teacher'",
            name=op.f("ck_api_clients_role"),
        ),
        sa.CheckConstraint("status IN ('active', 'revoked')", name=op.f("ck_api_clients_status")),
        sa.CheckConstraint("cardinality(scopes) > 0", name=op.f("ck_api_clients_scopes")),
        sa.ForeignKeyConstraint(
            ["region_id", "department_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_api_clients_region_id_department_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "organisation_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_api_clients_region_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_api_clients_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_api_clients")),
        sa.UniqueConstraint("region_id", "client_id", name=op.f("uq_api_clients_region_id_client_id")),
    )
    op.create_table(
        "hours_completion_counters",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("school_year", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("teachers", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("met", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "teachers >= 0 AND met BETWEEN 0 AND teachers", name=op.f("ck_hours_completion_counters_counts")
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_hours_completion_counters_region_id_school_id"),
        ),
        sa.PrimaryKeyConstraint(
            "region_id", "school_year", "school_id", "stage", "subject", name=op.f("pk_hours_completion_counters")
        ),
    )
    op.create_table(
        "teachers",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_no", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("id_type", sa.Text(), server_default=sa.text("'resident'"), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=False),
        sa.Column("id_number_index", sa.LargeBinary(), nullable=False),
        sa.Column("id_number_masked", sa.Text(), nullable=False),
        sa.Column("mobile", sa.LargeBinary(), nullable=True),
        sa.Column("mobile_masked", sa.Text(), nullable=True),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("is_on_post", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("posts", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("honours", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("joined_profession_on", sa.Date(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'active'"), nullable=False),
        sa.Column("merged_into_id", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("(status = 'merged') = (merged_into_id IS NOT NULL)", name=op.f("ck_teachers_merged_whole")),
        sa.CheckConstraint("id_type IN ('resident', 'passport', 'hmt_permit')", name=op.f("ck_teachers_id_type")),
        sa.CheckConstraint("jsonb_typeof(honours) = 'array'", name=op.f("ck_teachers_honours")),
        sa.CheckConstraint("sex IN ('male', 'female')", name=op.f("ck_teachers_sex")),
        sa.CheckConstraint("status = 'active' OR NOT is_on_post", name=op.f("ck_teachers_on_post_is_active")),
        sa.CheckConstraint("status IN ('active', 'left', 'merged')", name=op.f("ck_teachers_status")),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 50", name=op.f("ck_teachers_name")),
        sa.ForeignKeyConstraint(
            ["region_id", "merged_into_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_teachers_region_id_merged_into_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_teachers_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_teachers_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_teachers")),
        sa.UniqueConstraint("region_id", "id_number_index", name=op.f("uq_teachers_region_id_id_number_index")),
        sa.UniqueConstraint("region_id", "staff_no", name=op.f("uq_teachers_region_id_staff_no")),
    )
    op.create_index("ix_teachers_name", "teachers", ["region_id", "name"], unique=False)
    op.create_index("ix_teachers_school", "teachers", ["region_id", "school_id", "id"], unique=False)
    op.create_table(
        "accounts",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Text(), server_default=sa.text("'active'"), nullable=False),
        sa.Column("session_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("failed_sign_ins", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("first_failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "password_changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("status IN ('active', 'locked')", name=op.f("ck_accounts_status")),
        sa.CheckConstraint("failed_sign_ins >= 0", name=op.f("ck_accounts_failed_sign_ins")),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_accounts_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_accounts_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("region_id", "username", name=op.f("uq_accounts_region_id_username")),
    )
    op.create_index(
        "uq_accounts_teacher",
        "accounts",
        ["region_id", "teacher_id"],
        unique=True,
        postgresql_where=sa.text("teacher_id IS NOT NULL"),
    )
    op.create_table(
        "employments",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("is_on_post", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("region_id"), "="),
            (sa.text("teacher_id"), "="),
            (sa.text("daterange(starts_on, ends_on)"), "&&"),
            using="gist",
            name="ex_employments_one_at_a_time",
        ),
        sa.CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name=op.f("ck_employments_spell")),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_employments_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_employments_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_employments_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_employments")),
    )
    op.create_index("ix_employments_school", "employments", ["region_id", "school_id", "teacher_id"], unique=False)
    op.create_index("ix_employments_teacher", "employments", ["region_id", "teacher_id", "starts_on"], unique=False)
    op.create_table(
        "hours_entries",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("epoch", sa.Integer(), server_default=sa.text("feed_epoch()"), nullable=False),
        sa.Column("xid", TransactionId(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_id", sa.Uuid(), nullable=False),
        sa.Column("school_year", sa.Integer(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("claimed", sa.Numeric(), nullable=False),
        sa.Column("credited", sa.Numeric(), nullable=False),
        sa.Column("activity_title", sa.Text(), nullable=False),
        sa.Column("activity_date", sa.Date(), nullable=False),
        sa.Column("session", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("external_key", sa.Text(), nullable=True),
        sa.Column("line_key", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("posted_by", sa.Uuid(), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint(
            "(reverses_id IS NULL) = (source <> 'reversal')", name=op.f("ck_hours_entries_reversal_source")
        ),
        sa.CheckConstraint(
            "category IN ('national', 'provincial', 'city', 'school_research', 'workshop', 'post_training')",
            name=op.f("ck_hours_entries_category"),
        ),
        sa.CheckConstraint(
            "claimed <> 'NaN' AND abs(claimed) <= 400 AND claimed * 2 = trunc(claimed * 2) AND claimed <> 0",
            name=op.f("ck_hours_entries_claimed"),
        ),
        sa.CheckConstraint(
            "credited <> 'NaN' AND abs(credited) <= 400 AND credited * 2 = trunc(credited * 2)",
            name=op.f("ck_hours_entries_credited"),
        ),
        sa.CheckConstraint(
            "source IN ('manual', 'external', 'import', 'reversal')", name=op.f("ck_hours_entries_source")
        ),
        sa.CheckConstraint(
            "(reverses_id IS NULL AND claimed > 0 AND credited BETWEEN 0 AND claimed) OR (reverses_id IS NOT NULL AND claimed < 0 AND credited BETWEEN claimed AND 0)",
            name=op.f("ck_hours_entries_signs"),
        ),
        sa.CheckConstraint("(reverses_id IS NULL) = (line_key IS NOT NULL)", name=op.f("ck_hours_entries_line_key")),
        sa.CheckConstraint(
            "activity_date >= make_date(school_year, 9, 1) AND activity_date < make_date(school_year + 1, 9, 1)",
            name=op.f("ck_hours_entries_activity_in_year"),
        ),
        sa.CheckConstraint("posted_by <> approved_by", name=op.f("ck_hours_entries_two_persons")),
        sa.CheckConstraint("reverses_id IS NULL OR length(reason) > 0", name=op.f("ck_hours_entries_reversal_reason")),
        sa.CheckConstraint("revision BETWEEN 1 AND 99", name=op.f("ck_hours_entries_revision")),
        sa.ForeignKeyConstraint(
            ["region_id", "reverses_id"],
            ["hours_entries.region_id", "hours_entries.id"],
            name=op.f("fk_hours_entries_region_id_reverses_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "school_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_hours_entries_region_id_school_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_hours_entries_region_id_teacher_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_hours_entries_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_hours_entries")),
    )
    op.create_index("ix_hours_entries_newest", "hours_entries", ["region_id", "seq"], unique=False)
    op.create_index("ix_hours_entries_school", "hours_entries", ["region_id", "school_id", "seq"], unique=False)
    op.create_index(
        "ix_hours_entries_teacher", "hours_entries", ["region_id", "teacher_id", "school_year", "seq"], unique=False
    )
    op.create_index("uq_hours_entries_line", "hours_entries", ["region_id", "line_key", "revision"], unique=True)
    op.create_index(
        "uq_hours_entries_reversal",
        "hours_entries",
        ["region_id", "reverses_id"],
        unique=True,
        postgresql_where=sa.text("reverses_id IS NOT NULL"),
    )
    op.create_table(
        "hours_summaries",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("school_year", sa.Integer(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("entries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("claimed", sa.Numeric(precision=7, scale=1), server_default=sa.text("0"), nullable=False),
        sa.Column("credited", sa.Numeric(precision=7, scale=1), server_default=sa.text("0"), nullable=False),
        sa.Column("cap", sa.Numeric(precision=7, scale=1), nullable=True),
        sa.Column("target", sa.Numeric(precision=7, scale=1), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "category IN ('national', 'provincial', 'city', 'school_research', 'workshop', 'post_training')",
            name=op.f("ck_hours_summaries_category"),
        ),
        sa.CheckConstraint(
            "credited <> 'NaN' AND credited >= 0 AND claimed >= credited AND claimed <> 'NaN'",
            name=op.f("ck_hours_summaries_sums"),
        ),
        sa.CheckConstraint("cap IS NULL OR credited <= cap", name=op.f("ck_hours_summaries_cap")),
        sa.CheckConstraint("entries >= 0", name=op.f("ck_hours_summaries_entries")),
        sa.ForeignKeyConstraint(
            ["region_id", "teacher_id"],
            ["teachers.region_id", "teachers.id"],
            name=op.f("fk_hours_summaries_region_id_teacher_id"),
        ),
        sa.PrimaryKeyConstraint("region_id", "teacher_id", "school_year", "category", name=op.f("pk_hours_summaries")),
    )
    op.create_table(
        "account_grants",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint("(department_id IS NULL) OR role = 'bureau'", name=op.f("ck_account_grants_desk_is_bureau")),
        sa.CheckConstraint(
            "role IN ('bureau', 'training_school', 'central_school', 'school', 'teacher')",
            name=op.f("ck_account_grants_role"),
        ),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_account_grants_spell")),
        sa.CheckConstraint("granted_by <> account_id", name=op.f("ck_account_grants_not_to_oneself")),
        sa.ForeignKeyConstraint(
            ["region_id", "account_id"],
            ["accounts.region_id", "accounts.id"],
            name=op.f("fk_account_grants_region_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "department_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_account_grants_region_id_department_id"),
        ),
        sa.ForeignKeyConstraint(
            ["region_id", "organisation_id"],
            ["organisations.region_id", "organisations.id"],
            name=op.f("fk_account_grants_region_id_organisation_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_account_grants_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_account_grants")),
    )
    op.create_index("ix_account_grants_account", "account_grants", ["region_id", "account_id"], unique=False)
    op.create_table(
        "sessions",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column(
            "last_used_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("idle_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_because", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_id", "account_id"],
            ["accounts.region_id", "accounts.id"],
            name=op.f("fk_sessions_region_id_account_id"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f("fk_sessions_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_account", "sessions", ["region_id", "account_id"], unique=False)
    op.create_table(
        "refresh_tokens",
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["region_id", "session_id"],
            ["sessions.region_id", "sessions.id"],
            name=op.f("fk_refresh_tokens_region_id_session_id"),
        ),
        sa.PrimaryKeyConstraint("region_id", "token_hash", name=op.f("pk_refresh_tokens")),
    )
    op.create_index("ix_refresh_tokens_session", "refresh_tokens", ["region_id", "session_id"], unique=False)


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_refresh_tokens_session", table_name="refresh_tokens")
    op.drop_table("refresh_tokens")
    op.drop_index("ix_sessions_account", table_name="sessions")
    op.drop_table("sessions")
    op.drop_index("ix_account_grants_account", table_name="account_grants")
    op.drop_table("account_grants")
    op.drop_table("hours_summaries")
    op.drop_index(
        "uq_hours_entries_reversal", table_name="hours_entries", postgresql_where=sa.text("reverses_id IS NOT NULL")
    )
    op.drop_index("uq_hours_entries_line", table_name="hours_entries")
    op.drop_index("ix_hours_entries_teacher", table_name="hours_entries")
    op.drop_index("ix_hours_entries_school", table_name="hours_entries")
    op.drop_index("ix_hours_entries_newest", table_name="hours_entries")
    op.drop_table("hours_entries")
    op.drop_index("ix_employments_teacher", table_name="employments")
    op.drop_index("ix_employments_school", table_name="employments")
    op.drop_table("employments")
    op.drop_index("uq_accounts_teacher", table_name="accounts", postgresql_where=sa.text("teacher_id IS NOT NULL"))
    op.drop_table("accounts")
    op.drop_index("ix_teachers_school", table_name="teachers")
    op.drop_index("ix_teachers_name", table_name="teachers")
    op.drop_table("teachers")
    op.drop_table("hours_completion_counters")
    op.drop_table("api_clients")
    op.drop_table("school_years")
    op.drop_index(
        "uq_organisations_department",
        table_name="organisations",
        postgresql_where=sa.text("kind = 'department' AND status = 'open'"),
    )
    op.drop_index("uq_organisations_bureau", table_name="organisations", postgresql_where=sa.text("kind = 'bureau'"))
    op.drop_index("ix_organisations_parent", table_name="organisations")
    op.drop_table("organisations")
    op.drop_table("sign_in_names")
    op.drop_table("regions")
    op.drop_table("installation")
    op.drop_table("identity_numbers")
    op.drop_index("ix_idempotency_keys_expiry", table_name="idempotency_keys")
    op.drop_table("idempotency_keys")
    op.drop_index("ix_events_feed", table_name="events")
    op.drop_index("ix_events_entity", table_name="events")
    op.drop_index("ix_events_account", table_name="events")
    op.drop_table("events")
    op.execute("DROP FUNCTION feed_epoch()")
    op.drop_table("feed_epochs")
    op.execute("DROP EXTENSION btree_gist")
