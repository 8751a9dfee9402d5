"""Whose rows: the one source of row scope, used in queries.py only (and by Context.require for a single row)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, bindparam, false, true

from app.access.permissions import Permission, Reach
from app.access.principal import Principal

OPEN = ("scope_organisations", "scope_organisation", "scope_teacher")


def rows(
    principal: Principal,
    permission: Permission,
    *,
    organisation: ColumnElement[UUID] | Any = None,
    teacher: ColumnElement[UUID] | Any = None,
) -> ColumnElement[bool]:
    """The condition that lets through the rows a principal may touch; fails closed.

    organisation, teacher: the columns that say whose a row is; a reach that has no column lets nothing through.
    """
    reach = reach_of(principal, permission)
    return scoped(reach, organisation=organisation, teacher=teacher, values=scope_values(principal))


def scoped(
    reach: Reach | None,
    *,
    organisation: ColumnElement[UUID] | Any = None,
    teacher: ColumnElement[UUID] | Any = None,
    values: Mapping[str, object] | None = None,
) -> ColumnElement[bool]:
    """The same condition by reach; without values they are left open, for statements compiled once."""
    given = values or dict.fromkeys(OPEN)
    if reach is Reach.ALL:
        return true()
    if reach is Reach.SUBTREE and organisation is not None:
        return organisation == any_(bindparam("scope_organisations", given["scope_organisations"], ARRAY(Uuid())))
    if reach is Reach.OWN and organisation is not None:
        return organisation == bindparam("scope_organisation", given["scope_organisation"], Uuid())
    if reach is Reach.SELF and teacher is not None:
        return teacher == bindparam("scope_teacher", given["scope_teacher"], Uuid())
    return false()


def reach_of(principal: Principal, permission: Permission) -> Reach | None:
    """How far a principal's permission reaches, None where it is refused."""
    grant = principal.grant(permission)
    return grant.reach if grant else None


def scope_values(principal: Principal) -> dict[str, object]:
    """The values `scoped` leaves open; a principal without a teacher's record equals no teacher."""
    return {
        "scope_organisations": list(principal.organisation_ids),
        "scope_organisation": principal.organisation_id,
        "scope_teacher": principal.teacher_id,
    }


def covers(
    principal: Principal, permission: Permission, *, organisation: UUID | None = None, teacher: UUID | None = None
) -> bool:
    """The same for one row whose organisation and teacher are known."""
    grant = principal.grant(permission)
    if grant is None:
        return False
    match grant.reach:
        case Reach.ALL:
            return True
        case Reach.SUBTREE:
            return organisation in principal.organisation_ids
        case Reach.OWN:
            return organisation is not None and organisation == principal.organisation_id
        case Reach.SELF:
            return teacher is not None and teacher == principal.teacher_id
