"""Publications 信息发布 and their readings; typical cases 典型案例; school titles and assistance pairs 学校称号与结对帮扶."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0021_publications"
down_revision = "0020_workshops"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
ANSWER = "status, answered_by, answered_at, answer_reason, updated_at, version"
ITEMS, READINGS = "publications", "publication_readings"
ITEM_FACTS = "column_code, title, summary, source, happened_on, persons, channel, link, published_on"
OUT = "status IN ('published', 'retracted')"
ITEM_CHECKS = {
    "status": "status IN ('submitted', 'published', 'returned', 'withdrawn', 'retracted')",
    "subject_kind": "subject_kind IN ('workshop', 'project')",
    "subject_whole": "(subject_kind IS NULL) = (subject_id IS NULL)",
    "title": "length(title) BETWEEN 1 AND 200",
    "persons": "jsonb_typeof(persons) = 'array'",
    "published_whole": f"({OUT}) = (published_on IS NOT NULL) AND (published_on IS NULL) = (channel IS NULL) AND (published_on IS NULL) = (link IS NULL)",
    "published_after": "published_on >= happened_on",
    "consent": f"NOT ({OUT}) OR NOT persons @? '$[*] ? (@.consented_on == null)'",
    "answer": "(status NOT IN ('published', 'returned', 'retracted') OR answered_by IS NOT NULL) AND (answered_by IS NULL) = (answered_at IS NULL) AND (status NOT IN ('returned', 'retracted') OR answer_reason IS NOT NULL)",
    "two_persons": "asked_by <> answered_by",
}

TITLES, PAIRS = "school_titles", "assistance_pairs"
TERM_CHECKS = {
    "status": "status IN ('recommended', 'confirmed', 'refused', 'ended')",
    "dates": "ends_on >= starts_on",
    "answer": "(status = 'recommended') = (answered_by IS NULL) AND (answered_by IS NULL) = (answered_at IS NULL) AND (status IN ('refused', 'ended')) = (answer_reason IS NOT NULL)",
    "ended": "status <> 'ended' OR ends_on IS NOT NULL",
    "two_persons": "asked_by <> answered_by",
}

CASES, USES = "typical_cases", "case_uses"
CASE_CHECKS = {
    "status": "status IN ('submitted', 'accepted', 'declined', 'recommended', 'withdrawn')",
    "subject_kind": "subject_kind IN ('workshop', 'project')",
    "subject_whole": "(subject_kind IS NULL) = (subject_id IS NULL)",
    "term": "term ~ '^[0-9]{4}-[0-9]{4}-[12]$'",
    "title": "length(title) BETWEEN 1 AND 200",
    "answer": "(status IN ('accepted', 'declined', 'recommended')) = (answered_by IS NOT NULL) AND (answered_by IS NULL) = (answered_at IS NULL) AND (status <> 'declined' OR answer_reason IS NOT NULL)",
    "recommended": "(status = 'recommended') = (recommended_to IS NOT NULL) AND (recommended_to IS NULL) = (recommended_on IS NULL) AND (recommended_to IS NULL) = (recommended_by IS NULL)",
    "two_persons": "asked_by <> answered_by AND asked_by <> recommended_by",
}


def upgrade() -> None:
    """Apply."""
    _publications()
    _titles()
    _pairs()
    _cases()


def _cases() -> None:
    _make(
        CASES,
        [
            sa.Column("organisation_id", sa.Uuid(), nullable=False),
            sa.Column("teacher_id", sa.Uuid(), nullable=True),
            sa.Column("subject_kind", sa.Text(), nullable=True),
            sa.Column("subject_id", sa.Uuid(), nullable=True),
            sa.Column("term", sa.Text(), nullable=False),
            sa.Column("title", sa.Text(), nullable=False),
            sa.Column("summary", sa.Text(), nullable=False),
            sa.Column("recommended_to", sa.Text(), nullable=True),
            sa.Column("recommended_on", sa.Date(), nullable=True),
            sa.Column("recommended_by", sa.Uuid(), nullable=True),
            *_asked("submitted"),
        ],
        CASE_CHECKS,
        {"organisation_id": "organisations", "teacher_id": "teachers"},
        grants=f"SELECT, INSERT, UPDATE (recommended_to, recommended_on, recommended_by, {ANSWER})",
    )
    op.create_index("ix_typical_cases_organisation", CASES, ["region_id", "organisation_id", "term", "id"])
    op.create_index("ix_typical_cases_teacher", CASES, ["region_id", "teacher_id", "id"])
    op.create_index("ix_typical_cases_subject", CASES, ["region_id", "subject_id", "term", "id"])
    _make(
        USES,
        [
            sa.Column("case_id", sa.Uuid(), nullable=False),
            sa.Column("organisation_id", sa.Uuid(), nullable=False),
            sa.Column("used_on", sa.Date(), nullable=False),
            sa.Column("note", sa.Text(), nullable=False),
            sa.Column("recorded_by", sa.Uuid(), nullable=False),
        ],
        {},
        {"case_id": CASES, "organisation_id": "organisations"},
        grants="SELECT, INSERT",
    )
    op.create_unique_constraint(
        op.f("uq_case_uses_region_id_case_id_organisation_id_used_on"),
        USES,
        ["region_id", "case_id", "organisation_id", "used_on"],
    )


def _titles() -> None:
    _make(
        TITLES,
        [
            *_term(),
            sa.Column("school_id", sa.Uuid(), nullable=False),
            sa.Column("kind", sa.Text(), nullable=False),
            sa.Column("document", sa.Text(), nullable=True),
        ],
        {"kind": "kind IN ('development_school', 'demonstration_school')", **TERM_CHECKS},
        {"school_id": "organisations"},
        grants=f"SELECT, INSERT, UPDATE (ends_on, {ANSWER})",
    )
    op.create_unique_constraint(
        op.f("uq_school_titles_region_id_id_school_id"), TITLES, ["region_id", "id", "school_id"]
    )
    _one_at_a_time(TITLES, "school_id", "kind")
    op.create_index("ix_school_titles_school", TITLES, ["region_id", "school_id", "id"])


def _pairs() -> None:
    _make(
        PAIRS,
        [
            *_term(),
            sa.Column("title_id", sa.Uuid(), nullable=False),
            sa.Column("helper_id", sa.Uuid(), nullable=False),
            sa.Column("helped_id", sa.Uuid(), nullable=False),
            sa.Column("goal", sa.Text(), nullable=True),
            sa.Column("findings", postgresql.JSONB(), nullable=False),
        ],
        {"two_schools": "helper_id <> helped_id", **TERM_CHECKS},
        {"helped_id": "organisations"},
        grants=f"SELECT, INSERT, UPDATE (ends_on, findings, {ANSWER})",
    )
    op.create_foreign_key(
        "fk_assistance_pairs_title",
        PAIRS,
        TITLES,
        ["region_id", "title_id", "helper_id"],
        ["region_id", "id", "school_id"],
    )
    _one_at_a_time(PAIRS, "title_id", "helped_id")
    op.create_index("ix_assistance_pairs_helper", PAIRS, ["region_id", "helper_id", "id"])
    op.create_index("ix_assistance_pairs_helped", PAIRS, ["region_id", "helped_id", "id"])


def _term() -> list[sa.Column]:
    """What is recommended and set, from a day to a day."""
    return [
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        *_asked("recommended"),
    ]


def _one_at_a_time(table: str, *columns: str) -> None:
    equal = ", ".join(f"{column} WITH =" for column in ("region_id", *columns))
    op.execute(
        f"ALTER TABLE {table} ADD CONSTRAINT ex_{table}_one_at_a_time EXCLUDE USING gist"
        f" ({equal}, (daterange(starts_on, ends_on, '[]')) WITH &&) WHERE (status IN ('confirmed', 'ended'))"
    )


def _publications() -> None:
    _make(
        ITEMS,
        [
            sa.Column("organisation_id", sa.Uuid(), nullable=False),
            sa.Column("teacher_id", sa.Uuid(), nullable=True),
            sa.Column("subject_kind", sa.Text(), nullable=True),
            sa.Column("subject_id", sa.Uuid(), nullable=True),
            sa.Column("column_code", sa.Text(), nullable=False),
            sa.Column("title", sa.Text(), nullable=False),
            sa.Column("summary", sa.Text(), nullable=True),
            sa.Column("source", sa.Text(), nullable=False),
            sa.Column("happened_on", sa.Date(), nullable=False),
            sa.Column("persons", postgresql.JSONB(), nullable=False),
            sa.Column("channel", sa.Text(), nullable=True),
            sa.Column("link", sa.Text(), nullable=True),
            sa.Column("published_on", sa.Date(), nullable=True),
            *_asked("submitted"),
        ],
        ITEM_CHECKS,
        {"organisation_id": "organisations", "teacher_id": "teachers"},
        grants=f"SELECT, INSERT, UPDATE ({ITEM_FACTS}, {ANSWER})",
    )
    op.create_index(
        "uq_publications_link",
        ITEMS,
        ["region_id", "link"],
        unique=True,
        postgresql_where=sa.text("status = 'published'"),
    )
    op.create_index("ix_publications_organisation", ITEMS, ["region_id", "organisation_id", "published_on", "id"])
    op.create_index("ix_publications_teacher", ITEMS, ["region_id", "teacher_id", "id"])
    op.create_index("ix_publications_subject", ITEMS, ["region_id", "subject_id", "published_on", "id"])
    _make(
        READINGS,
        [
            sa.Column("publication_id", sa.Uuid(), nullable=False),
            sa.Column("read_on", sa.Date(), nullable=False),
            sa.Column("readings", sa.Integer(), nullable=False),
            sa.Column("recorded_by", sa.Uuid(), nullable=False),
        ],
        {"readings": "readings >= 0"},
        {"publication_id": ITEMS},
        grants="SELECT, INSERT",
    )
    op.create_unique_constraint(
        op.f("uq_publication_readings_region_id_publication_id_read_on"),
        READINGS,
        ["region_id", "publication_id", "read_on"],
    )


def _asked(first: str) -> list[sa.Column]:
    """What one person asks and another answers."""
    return [
        sa.Column("status", sa.Text(), server_default=sa.text(f"'{first}'"), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=True),
    ]


def _make(
    table: str, columns: list[sa.Column], checks: dict[str, str], references: dict[str, str], *, grants: str
) -> None:
    """A table behind the wall of the region."""
    moment = {"server_default": sa.text("clock_timestamp()"), "nullable": False}
    op.create_table(
        table,
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *columns,
        sa.Column("created_at", sa.DateTime(timezone=True), **moment),
        sa.Column("updated_at", sa.DateTime(timezone=True), **moment),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        *(sa.CheckConstraint(text, name=op.f(f"ck_{table}_{name}")) for name, text in checks.items()),
        *(
            sa.ForeignKeyConstraint(
                ["region_id", column],
                [f"{other}.region_id", f"{other}.id"],
                name=op.f(f"fk_{table}_region_id_{column}"),
            )
            for column, other in references.items()
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f(f"fk_{table}_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f(f"pk_{table}")),
    )
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY region_wall ON {table} USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})")
    op.execute(f"GRANT {grants} ON {table} TO {SERVICE_ROLE}")


def downgrade() -> None:
    """Undo."""
    op.drop_table(USES)
    op.drop_table(CASES)
    op.drop_table(PAIRS)
    op.drop_table(TITLES)
    op.drop_table(READINGS)
    op.drop_table(ITEMS)
