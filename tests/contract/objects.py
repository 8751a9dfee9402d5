"""More objects at the places of the matrix, under the id of the place's ledger entry."""

from typing import Any
from uuid import UUID

from tests.contract.places import Objects


async def put_asked(connection: Any, region: int, at: Objects, teacher: UUID) -> None:
    """An item and a case of the teacher's, a title of the school, and a pair with a school that is at no place."""
    await connection.execute(
        "INSERT INTO publications (region_id, id, organisation_id, teacher_id, column_code, title, source, happened_on,"
        " persons, asked_by) VALUES ($1, $2, $3, $4, 'school_research', '矩阵', '矩阵', '2026-10-10', '[]',"
        " gen_random_uuid())",
        region, at.entry, at.organisation, teacher,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO school_titles (region_id, id, school_id, kind, starts_on, status, asked_by, answered_by,"
        " answered_at) VALUES ($1, $2, $3, 'demonstration_school', '2026-09-01', 'confirmed', gen_random_uuid(),"
        " gen_random_uuid(), now())",
        region, at.entry, at.organisation,
    )  # fmt: skip
    await connection.execute(
        "WITH helped AS (INSERT INTO organisations (region_id, id, kind, parent_id, parent_kind, name)"
        " SELECT $1, gen_random_uuid(), 'school', id, 'bureau', '受帮扶学校' FROM organisations"
        " WHERE region_id = $1 AND kind = 'bureau' RETURNING id)"
        " INSERT INTO assistance_pairs (region_id, id, title_id, helper_id, helped_id, starts_on, findings, asked_by)"
        " SELECT $1, $2, $2, $3, id, '2026-09-01', '[]', gen_random_uuid() FROM helped",
        region, at.entry, at.organisation,
    )  # fmt: skip
    await connection.execute(
        "INSERT INTO typical_cases (region_id, id, organisation_id, teacher_id, term, title, summary, asked_by)"
        " VALUES ($1, $2, $3, $4, '2026-2027-1', '矩阵', '矩阵', gen_random_uuid())",
        region, at.entry, at.organisation, teacher,
    )  # fmt: skip
