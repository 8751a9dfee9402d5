"""The life of a publication 信息发布, and what it may be about."""

from enum import StrEnum

from app.core.lifecycle import Lifecycle, Move


class PublicationStatus(StrEnum):
    """Waiting, on the public account, sent back, taken back, or taken down 待审核、已发布、已退回、已撤回、已下架."""

    SUBMITTED = "submitted"
    PUBLISHED = "published"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    RETRACTED = "retracted"


class SubjectKind(StrEnum):
    """What an item may tell of beside its organisation 报道对象: a workshop 工作坊 or a project 项目."""

    WORKSHOP = "workshop"
    PROJECT = "project"


SUBMIT, PUBLISH = "publication.submit", "publication.publish"
_SUBMITTED, _RETURNED = frozenset({PublicationStatus.SUBMITTED}), frozenset({PublicationStatus.RETURNED})
PUBLICATION_LIFECYCLE = Lifecycle(
    name="publication",
    title="信息发布",
    moves={
        "change": Move(_RETURNED, PublicationStatus.SUBMITTED, SUBMIT, "A3.5"),
        "publish": Move(_SUBMITTED, PublicationStatus.PUBLISHED, PUBLISH, "A3.5"),
        "return": Move(_SUBMITTED, PublicationStatus.RETURNED, PUBLISH, "A3.5"),
        "withdraw": Move(_SUBMITTED | _RETURNED, PublicationStatus.WITHDRAWN, SUBMIT),
        "retract": Move(frozenset({PublicationStatus.PUBLISHED}), PublicationStatus.RETRACTED, PUBLISH),
    },
)
