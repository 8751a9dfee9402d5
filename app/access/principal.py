"""Who is asking: one person or program, acting in one role at one organisation."""

from dataclasses import dataclass
from uuid import UUID

from app.access.permissions import Grant, Permission, Role, grant_for


@dataclass(frozen=True, slots=True)
class Principal:
    """The acting person 当前用户. `account_id` is the person (separation of duties compares it, never the role).

    organisation_id: the granted organisation; desk: department code of a bureau grant; organisation_ids: the granted
    organisation and everything under it; scopes: an API client's permissions, None for people.
    """

    region_id: int
    account_id: UUID
    role: Role
    organisation_id: UUID
    organisation_ids: frozenset[UUID]
    desk: str | None = None
    teacher_id: UUID | None = None
    session_id: UUID | None = None
    grant_id: UUID | None = None
    scopes: frozenset[str] | None = None

    def grant(self, permission: Permission) -> Grant | None:
        """The cell of the permission table, narrowed by the client's scopes; None where it is refused."""
        if self.scopes is not None and permission not in self.scopes:
            return None
        return grant_for(permission, self.role, self.desk)
