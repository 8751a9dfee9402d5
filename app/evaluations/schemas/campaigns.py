"""Campaigns, quotas, panels, candidates and objections as clients send and get them."""

from datetime import date
from uuid import UUID

from pydantic import Field

from app.core.schemas import Figure, Input, Line, Moment, Note, Output, Resource
from app.evaluations.schemas.rubrics import EtagGiven, Reason, Year
from app.evaluations.states import (
    PLACES_MAX,
    CampaignRoute,
    CampaignStatus,
    CandidateStatus,
    EvaluatedKind,
    ObjectionStatus,
)
from app.hours.schemas import FindingOut


class CampaignCreate(Input):
    """Prepare a campaign 发起评选: the window is December unless named otherwise. [M7.1b]"""

    kind: str = Field(min_length=1, max_length=50, description="评选类别，见 /v1/reference-data/campaign_kinds")
    year: Year
    title: Line | None = None
    rubric_id: UUID | None = Field(default=None, description="评价标准；办法已印标准的类别可不填，填写时须已公布")
    opens_on: date | None = Field(default=None, description="评选窗口首日，默认 12 月 1 日")
    nominate_until: date | None = Field(default=None, description="推荐截止日（含），默认为窗口末日")
    closes_on: date | None = Field(default=None, description="评选窗口末日，默认 12 月 31 日")
    places: int = Field(ge=1, le=PLACES_MAX, description="表彰名额")
    unit_places: int = Field(default=1, ge=0, le=PLACES_MAX, description="每个推荐单位的名额，另行设定的除外")


class CampaignQuotaWrite(Input):
    """How many a unit may nominate 推荐名额."""

    organisation_id: UUID
    places: int = Field(ge=0, le=PLACES_MAX)


class CampaignQuotasWrite(Input):
    """Quotas of units 设定推荐名额; units that are not named keep theirs."""

    quotas: list[CampaignQuotaWrite] = Field(min_length=1, max_length=500)
    etag: EtagGiven = None


class CampaignPanelistWrite(Input):
    """A member of the panel 评委, by account."""

    account_id: UUID
    is_chair: bool = False


class CampaignPanelWrite(Input):
    """The panel 评审组: it takes the place of the one before; at most one chair."""

    members: list[CampaignPanelistWrite] = Field(min_length=1, max_length=50)
    etag: EtagGiven = None


class CampaignPublicise(Input):
    """Put the result up 公示: by places where sheets were scored; without a rubric those who are named."""

    candidate_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=PLACES_MAX)
    etag: EtagGiven = None


class CandidateNominate(Input):
    """Nominate 推荐: a school, unit, teacher, workshop or case, as the kind of the campaign says."""

    subject_id: UUID
    grounds: Note = Field(description="推荐理由、主要事迹")
    workshop_id: UUID | None = Field(default=None, description="市级工作坊单独参评时，由哪一工作坊推荐")


class ObjectionLodge(Input):
    """Object to a candidate within publicity 提出异议."""

    candidate_id: UUID
    reason: Reason


class ObjectionAnswer(Input):
    """Answer an objection 答复异议: upheld, the candidate is excluded; rejected, it stays."""

    is_upheld: bool
    reason: Reason
    etag: EtagGiven = None


class Campaign(Resource):
    """A campaign 评选 of one kind in one year."""

    kind: str
    year: int
    title: str
    subject: EvaluatedKind
    rubric_id: UUID | None = Field(description="冻结的评价标准")
    opens_on: date
    nominate_until: date
    closes_on: date
    places: int
    unit_places: int
    status: CampaignStatus
    publicised_by: UUID | None
    publicised_on: date | None
    objections_until: date | None = Field(description="公示截止日（含）；次日起可以审定")
    decided_by: UUID | None
    decided_on: date | None
    cancel_reason: str | None


class CampaignQuota(Output):
    """Quota of a unit 推荐名额, and how much of it is used."""

    id: UUID
    organisation_id: UUID
    organisation_name: str
    places: int
    used: int


class CampaignPanelist(Output):
    """A member of the panel 评委."""

    id: UUID
    account_id: UUID
    teacher_id: UUID | None
    display_name: str
    organisation_id: UUID
    is_chair: bool


class CampaignCandidate(Resource):
    """A candidate 候选对象; points, share and place are shown once the result is publicised."""

    campaign_id: UUID
    subject: EvaluatedKind
    subject_id: UUID
    name: str
    unit_id: UUID
    teacher_id: UUID | None
    workshop_id: UUID | None
    route: CampaignRoute
    nominator_id: UUID
    grounds: str
    findings: list[FindingOut]
    status: CandidateStatus
    status_reason: str | None
    points: Figure | None = Field(description="原始分，公示后可见")
    share: Figure | None = Field(description="百分制得分，公示后可见")
    place: int | None = Field(description="名次，公示后可见")
    is_selected: bool = Field(description="拟表彰，公示后可见")


class PublicisedCandidate(Output):
    """Who is put up 公示名单: everybody may read it."""

    id: UUID
    name: str
    unit_name: str
    place: int | None
    share: Figure | None


class CampaignObjection(Resource):
    """An objection 异议 and its answer."""

    campaign_id: UUID
    candidate_id: UUID
    candidate_name: str
    reason: str
    status: ObjectionStatus
    asked_by: UUID
    answered_by: UUID | None
    answered_at: Moment | None
    answer_reason: str | None
