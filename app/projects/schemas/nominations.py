"""Quotas, conditions, nominations and trainees as clients send and get them."""

from datetime import date
from uuid import UUID

from pydantic import Field

from app.core.schemas import Input, Moment, Note, Output, Resource
from app.hours.schemas import FindingOut
from app.projects.schemas.plans import Code, EtagGiven, Reason
from app.projects.states import Criterion, NominationRoute, NominationStatus, TraineeStatus


class ProjectQuotaWrite(Input):
    """The places of a unit 一个单位的名额."""

    unit_id: UUID = Field(description="中心校或市直学校")
    places: int = Field(ge=0, le=100_000)


class ProjectQuotasSet(Input):
    """Places of units 分配名额: units that are not named keep theirs; the sum is never over the project's quota."""

    quotas: list[ProjectQuotaWrite] = Field(min_length=1, max_length=500)
    etag: EtagGiven = None


class ProjectQuota(Resource):
    """The places of a unit 单位名额, and how many are taken."""

    project_id: UUID
    unit_id: UUID
    unit_name: str
    places: int
    taken: int = Field(description="已选送并仍有效的人数")


class ProjectCriterionWrite(Input):
    """A condition of selection 遴选条件: codes for what is listed, a number for ages and years."""

    criterion: Criterion
    codes: list[Code] = Field(default=[], max_length=50)
    number: int | None = Field(default=None, ge=0, le=100, description="周岁或年数")
    is_required: bool = Field(default=True, description="false：只提示，不作限制")


class ProjectCriteriaSet(Input):
    """All conditions of selection of a project 制定遴选条件. [A2.2]"""

    criteria: list[ProjectCriterionWrite] = Field(max_length=20)
    etag: EtagGiven = None


class ProjectCriterion(Resource):
    """A condition of selection 遴选条件."""

    project_id: UUID
    criterion: Criterion
    codes: list[str]
    number: int | None
    is_required: bool


class ProjectApply(Input):
    """An own application 本人申请."""

    statement: Note | None = Field(default=None, description="申请说明")


class ProjectNominate(Input):
    """A nomination by the school or the 中心校 学校选送."""

    teacher_id: UUID
    statement: Note | None = Field(default=None, description="选送意见")


class ProjectClassForm(Input):
    """A class formed from whole workshops 整建制组班. [A2.2]"""

    workshop_ids: list[UUID] = Field(min_length=1, max_length=100)
    is_core_only: bool = Field(default=False, description="true：只选送核心成员；false：选送全体正式成员")
    etag: EtagGiven = None


class ProjectSubstitute(Input):
    """Who takes the place of a trainee who drops out 替换学员. [A2.2]"""

    teacher_id: UUID
    effective_on: date = Field(description="替换之日，不晚于项目开始")
    reason: Reason
    etag: EtagGiven = None


class ProjectNomination(Resource):
    """A nomination 报名、选送 with what is to be said of it, and how far it is."""

    project_id: UUID
    teacher_id: UUID
    teacher_name: str
    school_id: UUID
    school_name: str
    unit_id: UUID = Field(description="中心校；市直学校即学校本身")
    unit_name: str
    route: NominationRoute
    workshop_id: UUID | None
    status: NominationStatus
    findings: list[FindingOut] = Field(description="与遴选条件不符之处和提示")
    priority: int = Field(description="优先次序：0 市级工作坊成员，1 镇、校级工作坊成员，2 其他")
    statement: str | None
    nominated_on: date | None
    applied_by: UUID | None
    nominated_by: UUID | None
    passed_by: UUID | None
    checked_by: UUID | None
    decided_by: UUID | None
    decided_at: Moment | None
    reason: str | None = Field(description="不予通过、撤回或替换的理由")
    replaces_id: UUID | None = Field(description="所替换的学员")
    effective_on: date | None


class ProjectClass(Output):
    """What came of forming a class 组班结果."""

    nominated: int = Field(description="新选送的人数")
    already: int = Field(description="此前已报名的人数")
    unfit: int = Field(description="不符合遴选条件的人数，审核时不予通过")
    places: int = Field(description="为此新增的名额")


class ProjectTrainee(Resource):
    """A trainee 项目学员."""

    project_id: UUID
    teacher_id: UUID
    teacher_name: str
    school_id: UUID
    school_name: str
    unit_id: UUID
    unit_name: str
    workshop_id: UUID | None
    nomination_id: UUID
    status: TraineeStatus
    joined_on: date
    left_on: date | None
    left_reason: str | None
    replaces_id: UUID | None
    asked_by: UUID | None
    asked_reason: str | None = Field(description="申请退出的理由")
