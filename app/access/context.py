"""What every service function gets first: session, principal, regulation in force and clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from app.access import visibility
from app.access.permissions import PERMISSIONS, Permission, roles_with
from app.access.principal import Principal
from app.core import events
from app.core.clock import Clock
from app.core.errors import FieldFault, NotPermitted, RuleBroken
from app.policy.finding import Finding, Severity
from app.policy.load import Regulation


@dataclass(frozen=True, slots=True)
class Place:
    """Whose a row is, for `require`: its organisation and, where it has one, its teacher."""

    organisation: UUID | None = None
    teacher: UUID | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """The context of one request or job 请求上下文; nothing else grows on it (a test counts the fields)."""

    db: AsyncConnection
    principal: Principal
    regulation: Regulation
    clock: Clock

    def require(self, permission: Permission, *, on: Place | None = None) -> None:
        """Raise NotPermitted 403 unless the principal has the permission (and, with `on`, over that row)."""
        who = self.principal
        if who.grant(permission) is None:
            allowed = "、".join(role.label for role in roles_with(permission))
            raise NotPermitted(
                "PERMISSION_DENIED",
                f"您的角色没有“{PERMISSIONS[permission].title}”的权限。可办理的角色：{allowed}。",
                permission=str(permission),
                clause=PERMISSIONS[permission].clause,
            )
        if on and not visibility.covers(who, permission, organisation=on.organisation, teacher=on.teacher):
            raise NotPermitted(
                "OUT_OF_SCOPE",
                f"该记录不在您可以“{PERMISSIONS[permission].title}”的范围内。",
                permission=str(permission),
                clause=PERMISSIONS[permission].clause,
            )

    def enforce(self, findings: Sequence[Finding], *, pointer: str = "") -> None:
        """Raise RuleBroken 422 with every finding if any of them must hold; advice alone lets pass."""
        broken = [finding for finding in findings if finding.severity is Severity.MUST]
        if broken:
            message = "；".join(finding.message for finding in broken)
            raise RuleBroken("RULE_BROKEN", message, errors=[self.fault(finding, pointer) for finding in findings])

    def fault(self, finding: Finding, pointer: str = "") -> FieldFault:
        """A finding as a fault of a problem document, with its clause and figures."""
        facts = finding.as_json()
        params = {name: facts[name] for name in ("actual", "required", "severity", "clause")}
        if finding.clause:
            params["rule"] = self.regulation.clause_reference(finding.clause)
        return FieldFault(pointer, finding.rule, finding.message, params)

    def event(  # noqa: PLR0913 - the columns of an event
        self,
        kind: str,
        *,
        entity: str,
        entity_id: UUID | None,
        place: Place | None = None,
        facts: dict[str, Any] | None = None,
        findings: Sequence[Finding] = (),
        channel: str = "change",
    ) -> dict[str, Any]:
        """The column values of an event of this context, for statements that write it themselves."""
        who, where = self.principal, place or Place()
        decided = {"policy": self.regulation.version, "findings": [finding.as_json() for finding in findings]}
        return events.draft(
            who.region_id,
            kind,
            entity=entity,
            entity_id=entity_id,
            channel=channel,
            organisation_id=where.organisation,
            teacher_id=where.teacher,
            account_id=who.account_id,
            acting_role=str(who.role),
            acting_organisation_id=who.organisation_id,
            session_id=who.session_id,
            facts=facts or {},
            decided_under=decided if findings else None,
        )

    async def record(self, kind: str, **event: Any) -> None:
        """Write one event (see `event` for its parts) in the transaction of the change."""
        await events.append(self.db, [self.event(kind, **event)])
