"""Kinds of organisations, which kind stands under which, and the life of an organisation 机构."""

from enum import StrEnum

from app.core.lifecycle import Lifecycle, Move


class OrganisationKind(StrEnum):
    """Kinds of organisations 机构类别."""

    BUREAU = "bureau"
    DEPARTMENT = "department"
    TRAINING_SCHOOL = "training_school"
    CENTRAL_SCHOOL = "central_school"
    SCHOOL = "school"
    HOST_INSTITUTION = "host_institution"


class OrganisationStatus(StrEnum):
    """Open or closed 在办、撤并."""

    OPEN = "open"
    CLOSED = "closed"


PARENT_KINDS: dict[OrganisationKind, frozenset[OrganisationKind]] = {
    OrganisationKind.BUREAU: frozenset(),
    OrganisationKind.DEPARTMENT: frozenset({OrganisationKind.BUREAU}),
    OrganisationKind.TRAINING_SCHOOL: frozenset({OrganisationKind.BUREAU}),
    OrganisationKind.CENTRAL_SCHOOL: frozenset({OrganisationKind.BUREAU}),
    OrganisationKind.SCHOOL: frozenset({OrganisationKind.BUREAU, OrganisationKind.CENTRAL_SCHOOL}),
    OrganisationKind.HOST_INSTITUTION: frozenset(),
}
"""Kind -> kinds it may stand under; empty: stands alone. A school under the bureau is a direct school 市直学校."""

ORGANISATION_LIFECYCLE = Lifecycle(
    name="organisation",
    title="机构",
    moves={
        "close": Move(frozenset({OrganisationStatus.OPEN}), OrganisationStatus.CLOSED, "organisation.change"),
        "reopen": Move(frozenset({OrganisationStatus.CLOSED}), OrganisationStatus.OPEN, "organisation.change"),
    },
)
