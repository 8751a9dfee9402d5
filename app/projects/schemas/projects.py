"""Projects, phases and their people as clients send and get them."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.schemas import Hours, Input, Line, Moment, Note, Output, Patch, Resource
from app.organisations.schemas import YearName
from app.projects.schemas.plans import Code, Departments, EtagGiven
from app.projects.states import ManagerRank, PhaseKind, ProjectPersonRole, ProjectStatus

Places = Annotated[int, Field(ge=1, le=100_000, description="名额")]
ProjectHours = Annotated[Hours, Field(gt=0, le=999, description="结业计入的学时")]
HoursCode = Annotated[Code, Field(description="学时类别，见 /v1/reference-data/hours_categories")]
Name = Annotated[str, Field(min_length=1, max_length=50)]


class ProjectCreate(Input):
    """A new training project 项目立项. [M3.1] [M3.2]"""

    plan_id: UUID | None = Field(default=None, description="所属的规划或年度计划")
    level: Code = Field(description="层级，见 /v1/reference-data/project_levels")
    kind: Code = Field(description="类别，见 /v1/reference-data/project_kinds")
    name: Line
    aim: Note = Field(description="目标定位")
    school_year: YearName
    stage: Code | None = Field(default=None, description="学段；覆盖各学段的项目不填")
    subject: Code | None = Field(default=None, description="学科；覆盖各学科的项目不填")
    quota: Places
    host_institution_id: UUID | None = Field(default=None, description="承训单位；本地执行的项目不填")
    starts_on: date
    ends_on: date
    nominate_until: date | None = Field(default=None, description="选送截止日，逾期计为未按时选送")
    hours: ProjectHours
    hours_category: HoursCode
    joint_departments: Departments = Field(default=[])


class ProjectPatch(Patch):
    """Changes of a project that is not approved 修改立项; absent fields stay."""

    plan_id: UUID | None = None
    level: Code = ""
    kind: Code = ""
    name: Line = ""
    aim: Note = ""
    school_year: YearName = ""
    stage: Code | None = None
    subject: Code | None = None
    quota: Places = 1
    host_institution_id: UUID | None = None
    starts_on: date = date.min
    ends_on: date = date.min
    nominate_until: date | None = None
    hours: ProjectHours = Decimal(1)
    hours_category: HoursCode = ""
    joint_departments: Departments = Field(default=[])


class Project(Resource):
    """A training project 培训项目."""

    plan_id: UUID | None
    level: str
    kind: str
    name: str
    aim: str
    school_year: YearName
    stage: str | None
    subject: str | None
    quota: int
    allotted: int = Field(description="已分配到单位的名额")
    trainees: int = Field(description="在训学员人数")
    host_institution_id: UUID | None
    host_name: str | None = Field(description="承训单位名称")
    starts_on: date
    ends_on: date
    nominate_until: date | None
    hours: Hours
    hours_category: str
    joint_departments: list[str]
    is_published: bool
    status: ProjectStatus
    submitted_by: UUID | None
    approved_by: UUID | None
    approved_at: Moment | None
    reason: str | None = Field(description="退回或取消的理由")


class ProjectPhaseCreate(Input):
    """A phase of a project 项目阶段. [M5.1] [M5.2] [M5.3]"""

    kind: PhaseKind
    name: Line
    starts_on: date
    ends_on: date
    mode: Code | None = Field(default=None, description="培训方式，见 /v1/reference-data/training_modes")
    place: Line | None = None


class ProjectPhasePatch(Patch):
    """Changes of a phase 修改阶段; absent fields stay."""

    kind: PhaseKind = PhaseKind.STUDY
    name: Line = ""
    starts_on: date = date.min
    ends_on: date = date.min
    mode: Code | None = None
    place: Line | None = None


class ProjectPhase(Resource):
    """A phase of a project 项目阶段."""

    project_id: UUID
    kind: PhaseKind
    name: str
    starts_on: date
    ends_on: date
    mode: str | None
    place: str | None


class SubProjectMemberWrite(Input):
    """Somebody of the team of a sub-project 子项目组成员."""

    name: Name
    teacher_id: UUID | None = Field(default=None, description="有教师档案的填")
    duty: Line | None = None
    is_lead: bool = Field(default=False, description="是否负责人")


class SubProjectMember(Output):
    """Somebody of the team of a sub-project 子项目组成员."""

    name: str
    teacher_id: UUID | None
    duty: str | None
    is_lead: bool


Team = Annotated[list[SubProjectMemberWrite], Field(min_length=1, max_length=50, description="全体成员，其中一人负责")]


class SubProjectCreate(Input):
    """A sub-project with the team that answers for it 设立子项目和子项目组. [A3.3]"""

    name: Line
    content: Note | None = None
    members: Team


class SubProjectCompose(Input):
    """The team of a sub-project, all of it 调整子项目组. [A3.3]"""

    members: Team
    etag: EtagGiven = None


class SubProject(Resource):
    """A sub-project 子项目 with its team."""

    project_id: UUID
    name: str
    content: str | None
    members: list[SubProjectMember]


class ProjectPersonWrite(Input):
    """Somebody who stands by a project 项目人员."""

    name: Name | None = Field(default=None, description="姓名；填教师或培训者聘任的可以不填")
    teacher_id: UUID | None = None
    appointment_id: UUID | None = Field(default=None, description="培训者聘任，指导组成员必填")
    rank: ManagerRank | None = Field(default=None, description="跟班人员必填")
    duty: Line | None = None
    is_leader: bool = Field(default=False, description="带队人或组长")
    follows_whole: bool = Field(default=False, description="是否全过程跟班")


class ProjectPeopleCompose(Input):
    """Everybody of one sort who stands by a project 确定跟班人员、指导组或跟踪评价小组. [A4.2b] [A2.4] [A2.5a]"""

    role: ProjectPersonRole
    people: list[ProjectPersonWrite] = Field(min_length=1, max_length=100)
    etag: EtagGiven = None


class ProjectPerson(Resource):
    """Somebody who stands by a project 项目人员."""

    project_id: UUID
    role: ProjectPersonRole
    rank: ManagerRank | None
    name: str
    teacher_id: UUID | None
    appointment_id: UUID | None
    duty: str | None
    is_leader: bool
    follows_whole: bool
