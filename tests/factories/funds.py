"""Lines, payments, fees and reimbursements for tests, straight in the database."""

from datetime import date
from uuid import UUID, uuid4

import asyncpg

from tests.factories.projects import insert, put_project, put_trainee


async def put_money(connection: asyncpg.Connection, region: int, one: UUID, teacher: UUID, school: UUID) -> None:
    """A project with a line and a payment, an expert's fee and a reimbursement, all under one id but the project's."""
    project = project_of(one)
    await put_project(connection, region, id=project)
    trainee = await put_trainee(connection, region, project, teacher, school, school, id=trainee_of(one))
    line = {"project_id": project, "year": 2026, "purpose": "studios", "title": "矩阵", "amount_fen": 1000}
    await insert(connection, "budget_lines", region_id=region, id=one, spent_fen=10, made_by=uuid4(), **line)
    expert = await insert(
        connection,
        "experts",
        region_id=region,
        name=f"费用{one}",
        teacher_id=teacher,
        institution="矩阵",
        source="university",
        is_local=True,
        stage="primary",
        engaged_by=uuid4(),
        starts_on=date(2026, 9, 1),
        ends_on=date(2029, 9, 1),
        until=date(2029, 9, 1),
    )
    told = {"payee": "矩阵", "matter": "矩阵", "amount_fen": 10}
    fee = {"expert_id": expert, "teacher_id": teacher, "done_on": date(2026, 10, 1), "due_on": date(2026, 11, 1)}
    await insert(connection, "expert_fees", region_id=region, id=one, recorded_by=uuid4(), **fee, **told)
    whose = {"project_id": project, "trainee_id": trainee, "teacher_id": teacher, "school_id": school}
    when = {"spent_on": date(2026, 10, 20), "submitted_on": date(2026, 10, 21), "submitted_by": uuid4()}
    await insert(connection, "reimbursements", region_id=region, id=one, **whose, **told, **when)
    paid = {"line_id": one, "paid_on": date(2026, 10, 1), "recorded_by": uuid4()}
    await insert(connection, "payments", region_id=region, id=one, **told, **paid)


def project_of(one: UUID) -> UUID:
    """The project of the records under an id."""
    return UUID(int=one.int ^ 1)


def trainee_of(one: UUID) -> UUID:
    """The trainee of the records under an id."""
    return UUID(int=one.int ^ 2)
