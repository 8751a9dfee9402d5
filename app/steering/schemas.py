"""The leading group, its offices and the experts as clients send and get them."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.schemas import Input, Line, Note, Output, Resource
from app.hours.schemas import FindingOut
from app.organisations.schemas import YearName
from app.steering.states import (
    ExpertReviewResult,
    ExpertStatus,
    HolderRank,
    HolderStatus,
    LeadingGroupKind,
    LeadingGroupStatus,
)

EtagGiven = Annotated[str | None, Field(max_length=30, description="读取时得到的 etag，也可放在请求头 If-Match")]
Reason = Annotated[Note, Field(min_length=4, description="理由，至少 4 个字")]
Code = Annotated[str, Field(min_length=1, max_length=50)]
Name = Annotated[Line, Field(min_length=2, max_length=50)]


class LeadingGroupCreate(Input):
    """Set up a body 成立机构; where it sits follows from the regulation. [A1] [A3.1]"""

    kind: LeadingGroupKind
    name: Line
    document: Line | None = Field(default=None, description="成立文件的文号")
    starts_on: date


class LeadingGroup(Resource):
    """A body that steers the project county 领导小组、领导小组办公室、项目办."""

    kind: LeadingGroupKind
    name: str
    body_id: UUID = Field(description="设在哪个机构：领导小组在教体局，其办公室在教师教育科，项目办在进修学校")
    body_name: str
    document: str | None
    starts_on: date
    until: date | None = Field(description="撤销之日；存续的为 null")
    status: LeadingGroupStatus
    end_reason: str | None
    holders: int = Field(description="当日在任人数")


class LeadingGroupEnding(Input):
    """From which day a body is no more, or a holder out of post, and why 撤销、卸任."""

    until: date = Field(description="自此日起不再存续或在任")
    reason: Reason
    etag: EtagGiven = None


class LeadingGroupHolderCreate(Input):
    """Appoint to a post 任职: a teacher by the record, or a name. [A1]"""

    post: Code = Field(
        description="领导小组职务见 /v1/reference-data/leading_group_posts；两个办公室为 director 或 staff"
    )
    teacher_id: UUID | None = Field(default=None, description="有教师档案的填档案，否则填姓名")
    name: Name | None = None
    duty: Line = Field(description="在本单位的职务，例如“教师教育科科长”")
    rank: HolderRank = Field(description="主要负责人、班子成员、其他")
    starts_on: date


class LeadingGroupHolder(Resource):
    """Who holds a post, from a day to a day 任职."""

    group_id: UUID
    post: str
    name: str
    duty: str
    rank: HolderRank
    teacher_id: UUID | None
    starts_on: date
    until: date | None = Field(description="卸任之日；在任的为 null")
    status: HolderStatus
    end_reason: str | None


class LeadingGroupPost(Output):
    """A post of the regulation and who holds it on the day 职务与在任者."""

    post: str
    label: str
    names: list[str]


class LeadingGroupStanding(Output):
    """The leading group and its offices on a day, with what the regulation asks 组织领导情况. [A4.1] [A1]"""

    on: date
    people: int = Field(description="领导小组在任人数")
    posts: list[LeadingGroupPost]
    office_people: int = Field(description="领导小组办公室人数")
    project_office_people: int = Field(description="项目办人数")
    is_complete: bool = Field(description="没有不符合要求之处")
    findings: list[FindingOut]


class ExpertCreate(Input):
    """Engage an expert 聘请指导专家: a teacher by the record, or a name. [M6.1.2]"""

    teacher_id: UUID | None = Field(default=None, description="有教师档案的填档案，否则填姓名")
    name: Name | None = None
    institution: Line = Field(description="所在单位")
    source: Code = Field(description="来源，见 /v1/reference-data/expert_sources")
    is_local: bool = Field(description="是否本地专家")
    stage: Code
    subject: Code | None = Field(default=None, description="学科；就整个学段指导的不填")
    starts_on: date
    ends_on: date = Field(description="聘期届满之日，此日起不再聘请")


class Expert(Resource):
    """An expert 指导专家 and for what."""

    name: str
    teacher_id: UUID | None
    institution: str
    source: str
    is_local: bool
    stage: str
    subject: str | None
    starts_on: date
    ends_on: date
    until: date = Field(description="实际终止之日")
    status: ExpertStatus
    is_active: bool = Field(description="当日是否在聘")
    end_reason: str | None
    reviews: int = Field(description="评议次数")


class ExpertEnding(Input):
    """End an engagement before its time 提前终止聘请."""

    reason: Reason
    etag: EtagGiven = None


class ExpertReviewCreate(Input):
    """What is found of an expert's work in a school year 专家评议."""

    school_year: YearName
    result: ExpertReviewResult
    opinion: Reason


class ExpertReview(Resource):
    """A review of an expert's work 专家评议."""

    expert_id: UUID
    school_year: str
    result: ExpertReviewResult
    opinion: str
    reviewed_by: UUID


class ExpertField(Output):
    """How many experts a subject of a stage has 学段学科的专家数."""

    stage: str
    subject: str
    label: str
    people: int


class ExpertSource(Output):
    """How many experts come from where 某来源的专家数."""

    code: str
    label: str
    people: int


class ExpertCoverage(Output):
    """The experts on a day 专家智库情况: sources, inside and outside the region, stages and subjects. [M6.1.2]"""

    on: date
    people: int
    local: int = Field(description="本地专家")
    outside: int = Field(description="域外专家")
    sources: list[ExpertSource]
    covered: list[ExpertField]
    missing: list[ExpertField]
    findings: list[FindingOut]
