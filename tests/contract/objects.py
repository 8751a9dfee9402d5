"""More objects at the places of the matrix, under the id of the place's ledger entry."""

from typing import Any
from uuid import UUID

from tests.contract.places import Objects


async def put_asked(connection: Any, region: int, at: Objects, teacher: UUID) -> None:
    """An item for publication that the teacher of the place is the author of and somebody else has handed in."""
    await connection.execute(
        "INSERT INTO publications (region_id, id, organisation_id, teacher_id, column_code, title, source, happened_on,"
        " persons, asked_by) VALUES ($1, $2, $3, $4, 'school_research', '矩阵', '矩阵', '2026-10-10', '[]',"
        " gen_random_uuid())",
        region, at.entry, at.organisation, teacher,
    )  # fmt: skip
