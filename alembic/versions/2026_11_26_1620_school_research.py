"""School-based research: yearly plans with their acts, activities, samples and checks. [A5.6] [A5.7.2] [A5.8]"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app.core.db import REGION_SETTING, SERVICE_ROLE

revision = "0023_school_research"
down_revision = "0022_trainers"
branch_labels = None
depends_on = None

REGION = f"(SELECT nullif(current_setting('{REGION_SETTING}', true), '')::integer)"
STATUSES = "'draft', 'submitted', 'returned', 'approved', 'running', 'closed', 'superseded', 'withdrawn'"
MOVED = (
    "status, content, due_on, handed_in_on, is_late, late_reason, submitted_by, submitted_at, decided_by, decided_at,"
    " opinion, updated_at, version"
)
ACTIVITY = (
    "title, session, content, mode, team, host, leader, hours, record, status, cancel_reason, sign_in_code,"
    " submission_id, updated_at, version"
)
CHECKED = (
    "status, material, handed_in_by, score, opinion, assessed_by, assessed_on, correction_due_on, correction,"
    " follow_up, updated_at, version"
)
GRANTS = {
    "school_plans": f"SELECT, INSERT, UPDATE ({MOVED})",
    "school_plan_acts": "SELECT, INSERT (region_id, id, plan_id, act, status, account_id, acting_role,"
    " acting_organisation_id, note, content)",
    "research_activities": f"SELECT, INSERT, UPDATE ({ACTIVITY})",
    "research_attendance": "SELECT, INSERT, DELETE",
    "term_assessments": "SELECT, INSERT, UPDATE (school_id, result, reason, assessed_by, updated_at, version)",
    "development_plans": "SELECT, INSERT, UPDATE (aims, measures, updated_at, version)",
    "training_budgets": "SELECT, INSERT, UPDATE (public_funds_fen, training_fen, used_fen, written_by, updated_at,"
    " version)",
    "inspection_samples": "SELECT, INSERT, UPDATE (status, public_value, drawn_by, drawn_at, updated_at, version)",
    "inspections": f"SELECT, INSERT, UPDATE ({CHECKED})",
}
ONLY_GROW = ("school_plan_acts",)
PLAN_CHECKS = {
    "status": f"status IN ({STATUSES})",
    "revision": "revision >= 1 AND (revision = 1) = (amend_reason IS NULL)",
    "content": "jsonb_typeof(content) = 'object'",
    "late_reason": "is_late IS NOT TRUE OR length(late_reason) > 0",
    "due": "(due_on IS NULL) = (handed_in_on IS NULL) AND is_late IS NOT DISTINCT FROM (handed_in_on > due_on)",
    "two_persons": "submitted_by <> decided_by",
    "acts_whole": "(submitted_by IS NULL) = (submitted_at IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)",
    "status_whole": "(status NOT IN ('submitted', 'approved', 'running', 'closed') OR submitted_by IS NOT NULL)"
    " AND (status NOT IN ('returned', 'approved', 'running', 'closed') OR decided_by IS NOT NULL)"
    " AND (status <> 'returned' OR length(opinion) > 0)",
}
STEPS = "hours <> 'NaN' AND abs(hours) <= 400 AND hours * 2 = trunc(hours * 2) AND hours > 0"
ACTIVITY_CHECKS = {
    "status": "status IN ('open', 'cancelled')",
    "cancel_reason": "(status = 'cancelled') = (cancel_reason IS NOT NULL)",
    "term": "term IN (1, 2)",
    "hours": STEPS,
}
ATTENDANCE_CHECKS = {"means": "means IN ('list', 'code')", "hours": f"hours IS NULL OR ({STEPS})"}
HEX = "~ '^[0-9a-f]{64}$'"
SAMPLE_CHECKS = {
    "status": "status IN ('committed', 'drawn')",
    "term": "term IN (1, 2)",
    "percent": "percent BETWEEN 1 AND 100",
    "again": "number >= 1 AND (number = 1 OR length(reason) > 0)",
    "hashes": f"population_sha256 {HEX} AND seed {HEX} AND seed_sha256 {HEX}",
    "drawn": "(status = 'drawn') = (drawn_by IS NOT NULL) AND (drawn_by IS NULL) = (drawn_at IS NULL)"
    " AND (status = 'drawn' OR public_value IS NULL)",
}
INSPECTION_CHECKS = {
    "status": "status IN ('drawn', 'handed_in', 'assessed', 'correcting', 'corrected', 'settled')",
    "kind": "kind IN ('midterm', 'sample')",
    "sample": "(kind = 'sample') = (sample_id IS NOT NULL)",
    "term": "term IN (1, 2)",
    "score": "score <> 'NaN' AND score BETWEEN 0 AND 100",
    "two_persons": "handed_in_by <> assessed_by",
    "status_whole": "(status IN ('drawn', 'handed_in')) = (assessed_by IS NULL)"
    " AND (assessed_by IS NULL) = (score IS NULL)"
    " AND (assessed_by IS NULL) = (opinion IS NULL) AND (assessed_by IS NULL) = (assessed_on IS NULL)"
    " AND (status IN ('correcting', 'corrected', 'settled')) = (correction_due_on IS NOT NULL)",
}
FREEZE = """
CREATE FUNCTION refuse_frozen_plan() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.content IS DISTINCT FROM OLD.content AND OLD.status NOT IN ('draft', 'returned') THEN
        RAISE EXCEPTION 'a plan that was handed in keeps its content' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    """Apply."""
    _make_plans()
    _make_plan_acts()
    _make_activities()
    _make_attendance()
    _make_assessments()
    _make_development()
    _make_samples()
    _make_inspections()
    op.execute(FREEZE)
    op.execute(SAMPLE_FROZEN)
    for function in ("refuse_frozen_plan", "refuse_changed_sample"):
        op.execute(f"REVOKE ALL ON FUNCTION {function}() FROM PUBLIC")
    op.execute(
        "CREATE TRIGGER frozen BEFORE UPDATE ON inspection_samples FOR EACH ROW"
        " EXECUTE FUNCTION refuse_changed_sample()"
    )
    op.execute("CREATE TRIGGER frozen BEFORE UPDATE ON school_plans FOR EACH ROW EXECUTE FUNCTION refuse_frozen_plan()")
    for table, grants in GRANTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY region_wall ON {table} USING (region_id = {REGION}) WITH CHECK (region_id = {REGION})"
        )
        op.execute(f"GRANT {grants} ON {table} TO {SERVICE_ROLE}")
    for table in ONLY_GROW:
        for name, when in (("rows", "UPDATE OR DELETE ON {t} FOR EACH ROW"), ("whole", "TRUNCATE ON {t}")):
            done = when.format(t=table)
            op.execute(f"CREATE TRIGGER only_grows_{name} BEFORE {done} EXECUTE FUNCTION refuse_rewrite()")
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER only_grows_{name}")


SAMPLE_FROZEN = """
CREATE FUNCTION refuse_changed_sample() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (NEW.start_year, NEW.term, NEW.number, NEW.percent, NEW.by_central_school, NEW.by_stage, NEW.population,
        NEW.population_sha256, NEW.seed, NEW.seed_sha256)
       IS DISTINCT FROM
       (OLD.start_year, OLD.term, OLD.number, OLD.percent, OLD.by_central_school, OLD.by_stage, OLD.population,
        OLD.population_sha256, OLD.seed, OLD.seed_sha256) OR OLD.status = 'drawn' THEN
        RAISE EXCEPTION 'what decides a sample is settled before the draw' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""


def downgrade() -> None:
    """Undo."""
    for table in reversed(GRANTS):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_frozen_plan(), refuse_changed_sample()")


def _column(name: str, kind: Any, *, may_be_null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=may_be_null)


def _time(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False)


def _record() -> list[sa.Column[Any]]:
    version = sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False)
    return [_time("created_at"), _time("updated_at"), version]


def _keys(table: str, references: dict[str, str], checks: dict[str, str]) -> list[Any]:
    return [
        *(sa.CheckConstraint(text, name=op.f(f"ck_{table}_{name}")) for name, text in checks.items()),
        *(
            sa.ForeignKeyConstraint(
                ["region_id", column], [f"{to}.region_id", f"{to}.id"], name=op.f(f"fk_{table}_region_id_{column}")
            )
            for column, to in references.items()
        ),
        sa.ForeignKeyConstraint(["region_id"], ["regions.id"], name=op.f(f"fk_{table}_region_id")),
        sa.PrimaryKeyConstraint("region_id", "id", name=op.f(f"pk_{table}")),
    ]


def _make_plans() -> None:
    table = "school_plans"
    moment = sa.DateTime(timezone=True)
    op.create_table(
        table,
        _column("region_id", sa.Integer()),
        _column("id", sa.Uuid()),
        _column("school_id", sa.Uuid()),
        _column("start_year", sa.Integer()),
        _column("revision", sa.Integer()),
        _column("status", sa.Text()),
        _column("content", JSONB()),
        _column("amend_reason", sa.Text(), may_be_null=True),
        _column("due_on", sa.Date(), may_be_null=True),
        _column("handed_in_on", sa.Date(), may_be_null=True),
        _column("is_late", sa.Boolean(), may_be_null=True),
        _column("late_reason", sa.Text(), may_be_null=True),
        _column("created_by", sa.Uuid()),
        _column("submitted_by", sa.Uuid(), may_be_null=True),
        _column("submitted_at", moment, may_be_null=True),
        _column("decided_by", sa.Uuid(), may_be_null=True),
        _column("decided_at", moment, may_be_null=True),
        _column("opinion", sa.Text(), may_be_null=True),
        *_record(),
        *_keys(table, {"school_id": "organisations"}, PLAN_CHECKS),
        sa.UniqueConstraint("region_id", "school_id", "start_year", "revision", name="uq_school_plans_revision"),
    )
    for name, statuses in (
        ("pending", "'draft', 'submitted', 'returned'"),
        ("standing", "'approved', 'running', 'closed'"),
    ):
        op.create_index(
            f"uq_school_plans_{name}",
            table,
            ["region_id", "school_id", "start_year"],
            unique=True,
            postgresql_where=sa.text(f"status IN ({statuses})"),
        )
    op.create_index("ix_school_plans_year", table, ["region_id", "start_year", "id"])


def _make_plan_acts() -> None:
    table = "school_plan_acts"
    op.create_table(
        table,
        _column("region_id", sa.Integer()),
        _column("id", sa.Uuid()),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        _column("plan_id", sa.Uuid()),
        _column("act", sa.Text()),
        _column("status", sa.Text()),
        _column("account_id", sa.Uuid()),
        _column("acting_role", sa.Text()),
        _column("acting_organisation_id", sa.Uuid()),
        _column("note", sa.Text(), may_be_null=True),
        _column("content", JSONB(none_as_null=True), may_be_null=True),
        _time("created_at"),
        *_keys(
            table,
            {"plan_id": "school_plans", "acting_organisation_id": "organisations"},
            {"status": f"status IN ({STATUSES})", "content": "(act = 'submit') = (content IS NOT NULL)"},
        ),
    )
    op.create_index("ix_school_plan_acts_plan", table, ["region_id", "plan_id", "seq"])


def _make_activities() -> None:
    table = "research_activities"
    op.create_table(
        table,
        _column("region_id", sa.Integer()),
        _column("id", sa.Uuid()),
        _column("school_id", sa.Uuid()),
        _column("plan_id", sa.Uuid(), may_be_null=True),
        _column("start_year", sa.Integer()),
        _column("term", sa.Integer()),
        _column("title", sa.Text()),
        _column("activity_date", sa.Date()),
        _column("session", sa.Text(), may_be_null=True),
        _column("content", sa.Text()),
        _column("mode", sa.Text()),
        _column("team", sa.Text(), may_be_null=True),
        _column("host", sa.Text()),
        _column("leader", sa.Text(), may_be_null=True),
        _column("hours", sa.Numeric()),
        _column("record", sa.Text(), may_be_null=True),
        _column("status", sa.Text()),
        _column("cancel_reason", sa.Text(), may_be_null=True),
        _column("sign_in_code", sa.Text(), may_be_null=True),
        _column("submission_id", sa.Uuid(), may_be_null=True),
        _column("created_by", sa.Uuid()),
        *_record(),
        *_keys(
            table,
            {"school_id": "organisations", "plan_id": "school_plans", "submission_id": "hours_submissions"},
            ACTIVITY_CHECKS,
        ),
    )
    op.create_index("ix_research_activities_school", table, ["region_id", "school_id", "id"])
    term = ["region_id", "school_id", "start_year", "term", "activity_date"]
    op.create_index("ix_research_activities_term", table, term)
    op.create_index(
        "uq_research_activities_held",
        table,
        ["region_id", "school_id", "activity_date", "title", "session"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        "uq_research_activities_code",
        table,
        ["region_id", "sign_in_code"],
        unique=True,
        postgresql_where=sa.text("sign_in_code IS NOT NULL"),
    )


def _make_attendance() -> None:
    table = "research_attendance"
    op.create_table(
        table,
        _column("region_id", sa.Integer()),
        _column("id", sa.Uuid()),
        _column("activity_id", sa.Uuid()),
        _column("teacher_id", sa.Uuid()),
        _column("means", sa.Text()),
        _column("hours", sa.Numeric(), may_be_null=True),
        _column("recorded_by", sa.Uuid()),
        *_record(),
        *_keys(table, {"activity_id": "research_activities", "teacher_id": "teachers"}, ATTENDANCE_CHECKS),
        sa.UniqueConstraint("region_id", "activity_id", "teacher_id", name="uq_research_attendance_teacher"),
    )
    op.create_index("ix_research_attendance_teacher", table, ["region_id", "teacher_id"])


def _make_samples() -> None:
    table = "inspection_samples"
    op.create_table(
        table,
        _column("region_id", sa.Integer()),
        _column("id", sa.Uuid()),
        *(_column(name, sa.Integer()) for name in ("start_year", "term", "number", "percent")),
        _column("by_central_school", sa.Boolean()),
        _column("by_stage", sa.Boolean()),
        _column("reason", sa.Text(), may_be_null=True),
        _column("population", JSONB()),
        *(_column(name, sa.Text()) for name in ("population_sha256", "seed", "seed_sha256")),
        _column("public_value", sa.Text(), may_be_null=True),
        _column("status", sa.Text()),
        _column("created_by", sa.Uuid()),
        _column("drawn_by", sa.Uuid(), may_be_null=True),
        _column("drawn_at", sa.DateTime(timezone=True), may_be_null=True),
        *_record(),
        *_keys(table, {}, SAMPLE_CHECKS),
        sa.UniqueConstraint("region_id", "start_year", "term", "number", name="uq_inspection_samples_number"),
    )


def _make_inspections() -> None:
    table = "inspections"
    op.create_table(
        table,
        _column("region_id", sa.Integer()),
        _column("id", sa.Uuid()),
        _column("school_id", sa.Uuid()),
        _column("start_year", sa.Integer()),
        _column("term", sa.Integer()),
        _column("kind", sa.Text()),
        _column("sample_id", sa.Uuid(), may_be_null=True),
        _column("stratum", sa.Text(), may_be_null=True),
        _column("status", sa.Text()),
        _column("material", sa.Text(), may_be_null=True),
        _column("handed_in_by", sa.Uuid(), may_be_null=True),
        _column("score", sa.Numeric(), may_be_null=True),
        _column("opinion", sa.Text(), may_be_null=True),
        _column("assessed_by", sa.Uuid(), may_be_null=True),
        _column("assessed_on", sa.Date(), may_be_null=True),
        _column("correction_due_on", sa.Date(), may_be_null=True),
        _column("correction", sa.Text(), may_be_null=True),
        _column("follow_up", sa.Text(), may_be_null=True),
        *_record(),
        *_keys(table, {"school_id": "organisations", "sample_id": "inspection_samples"}, INSPECTION_CHECKS),
        sa.UniqueConstraint("region_id", "sample_id", "school_id", name="uq_inspections_sample"),
    )
    op.create_index(
        "uq_inspections_midterm",
        table,
        ["region_id", "school_id", "start_year", "term"],
        unique=True,
        postgresql_where=sa.text("kind = 'midterm'"),
    )
    op.create_index("ix_inspections_term", table, ["region_id", "start_year", "term", "id"])


def _make_assessments() -> None:
    table = "term_assessments"
    op.create_table(
        table,
        _column("region_id", sa.Integer()),
        *(_column(name, sa.Uuid()) for name in ("id", "school_id", "teacher_id")),
        *(_column(name, sa.Integer()) for name in ("start_year", "term")),
        _column("result", sa.Text()),
        _column("reason", sa.Text(), may_be_null=True),
        _column("assessed_by", sa.Uuid()),
        *_record(),
        *_keys(
            table,
            {"school_id": "organisations", "teacher_id": "teachers"},
            {
                "result": "result IN ('qualified', 'unqualified')",
                "reason": "result <> 'unqualified' OR length(reason) > 0",
                "term": "term IN (1, 2)",
            },
        ),
        sa.UniqueConstraint("region_id", "teacher_id", "start_year", "term", name="uq_term_assessments_teacher"),
    )
    op.create_index("ix_term_assessments_school", table, ["region_id", "school_id", "start_year", "term"])


def _make_development() -> None:
    table = "development_plans"
    op.create_table(
        table,
        _column("region_id", sa.Integer()),
        *(_column(name, sa.Uuid()) for name in ("id", "school_id")),
        *(_column(name, sa.Integer()) for name in ("first_year", "last_year")),
        *(_column(name, sa.Text()) for name in ("aims", "measures")),
        _column("written_by", sa.Uuid()),
        *_record(),
        *_keys(table, {"school_id": "organisations"}, {"years": "last_year >= first_year"}),
        sa.UniqueConstraint("region_id", "school_id", "first_year", name="uq_development_plans_first_year"),
    )
    table = "training_budgets"
    op.create_table(
        table,
        _column("region_id", sa.Integer()),
        *(_column(name, sa.Uuid()) for name in ("id", "school_id")),
        _column("year", sa.Integer()),
        *(_column(name, sa.BigInteger()) for name in ("public_funds_fen", "training_fen", "used_fen")),
        _column("written_by", sa.Uuid()),
        *_record(),
        *_keys(
            table,
            {"school_id": "organisations"},
            {
                "amounts": "used_fen >= 0 AND training_fen >= 0 AND public_funds_fen > 0",
                "share": "training_fen <= public_funds_fen",
            },
        ),
        sa.UniqueConstraint("region_id", "school_id", "year", name="uq_training_budgets_year"),
    )
