"""Whose rows: the one source of row scope, used in queries.py only (and by Context.require for a single row)."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, true

from app.access.permissions import Permission, Reach
from app.access.principal import Principal


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
    grant = principal.grant(permission)
    if grant is None:
        return false()
    if grant.reach is Reach.ALL:
        return true()
    if grant.reach is Reach.SUBTREE and organisation is not None:
        return organisation.in_(principal.organisation_ids)
    if grant.reach is Reach.OWN and organisation is not None:
        return organisation == principal.organisation_id
    if grant.reach is Reach.SELF and teacher is not None and principal.teacher_id is not None:
        return teacher == principal.teacher_id
    return false()


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
