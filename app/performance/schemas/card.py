"""The scorecard and its parts as clients get them."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from app.core.schemas import Moment, Output, Resource
from app.performance.schemas.writes import Points
from app.performance.states import Measure, Owing, RowStatus


def _usually(length: int, description: str) -> Any:
    """A list with its usual length, by which GraphQL reckons what a document costs."""
    return Field(description=description, json_schema_extra={"x-usual-length": length})


Share = Annotated[float | None, Field(description="比例，0 到 1")]


class ScorecardDepartment(Output):
    """A department that answers for a row 责任科室."""

    code: str
    label: str


class ScorecardParam(Output):
    """A parameter of the document that a requirement names 参数: its value, unit and words."""

    code: str
    value: str
    unit: str
    quote: str | None


class ScorecardFigure(Output):
    """A fact beside a requirement 事实数据; every number is read from the records listed under it."""

    code: str
    label: str
    unit: str
    measure: Measure
    counted: int = Field(description="计入的记录数")
    base: int | None = Field(description="比例的分母")
    share: Share
    required: float | None = Field(description="要求：数量，或比例（0 到 1）")
    is_met: bool | None = Field(description="是否达到；没有要求或尚无数据时为 null")
    lacks: int | None = Field(description="还差多少（扣分项为扣分人次）")
    parts: list[str] = Field(description="两数之比的分子、分母的代码")
    reading: str | None


class ScorecardEvidence(Output):
    """A file of evidence 佐证材料."""

    id: UUID
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    is_hidden: bool


class ScorecardLinkShown(Output):
    """A link to evidence elsewhere 佐证链接."""

    label: str
    url: str


class ScorecardFinding(Output):
    """What a rule says of a row 规则意见."""

    rule: str
    severity: str
    clause: str | None
    message: str


class ScorecardRow(Resource):
    """What is on record for a requirement in a year 自评项."""

    year: int
    requirement: str
    status: RowStatus
    designated: list[str] = Field(description="本年指定的责任科室")
    department: str | None = Field(description="自评的科室")
    points: Points | None = Field(description="自评分")
    note: str | None
    links: list[ScorecardLinkShown] = _usually(2, "佐证链接")
    assessed_by: UUID | None
    assessed_at: Moment | None
    scored_points: Points | None = Field(description="评定分")
    score_note: str | None
    scored_by: UUID | None
    scored_at: Moment | None
    returned_reason: str | None
    returned_by: UUID | None


class ScorecardRequirement(Output):
    """A row of the printed table 指标描述, with facts, marks and evidence."""

    code: str
    text: str
    clause: str
    reference: str = Field(description="条款")
    reading: str | None
    departments: list[ScorecardDepartment] = _usually(2, "印发的责任科室")
    responsible: list[ScorecardDepartment] = _usually(2, "本年负责的科室")
    params: list[ScorecardParam] = _usually(1, "文件中的数值")
    figures: list[ScorecardFigure] = _usually(2, "事实数据")
    row: ScorecardRow | None = Field(description="尚未自评时为 null")
    evidence: list[ScorecardEvidence] = _usually(3, "佐证材料")


class ScorecardPoints(Output):
    """Points as printed, implied by facts, self-assessed, decided, and still open 分数."""

    points: Points = Field(description="分值")
    implied: Points | None = Field(description="按事实扣分后的分数；文件未写算法的为 null，不作推断")
    self_assessed: Points = Field(description="自评分")
    decided: Points = Field(description="评定分")
    open: Points = Field(description="尚未取得的分数：分值减评定分（未评定的减自评分）")


class ScorecardIndicator(Output):
    """A second-level indicator 二级指标."""

    code: str
    label: str
    sums: ScorecardPoints
    findings: list[ScorecardFinding] = _usually(1, "规则意见")
    requirements: list[ScorecardRequirement] = _usually(2, "指标描述")


class ScorecardGroup(Output):
    """A first-level indicator 一级指标."""

    code: str
    label: str
    clause: str
    sums: ScorecardPoints
    indicators: list[ScorecardIndicator] = _usually(4, "二级指标")


class ScorecardOwed(Output):
    """What a department still owes 待办."""

    department: str
    department_label: str
    requirement: str
    indicator: str
    indicator_label: str
    act: Owing


class ScorecardOpen(Output):
    """Points still open at an indicator 失分项, the dearest first."""

    indicator: str
    label: str
    open: Points
    points: Points
    lost: Points = Field(description="按事实扣去的分数")


class ScorecardSnapshot(Resource):
    """A year as it was frozen 冻结快照."""

    year: int
    number: int
    sha256: str
    self_assessed: Points
    decided: Points
    reason: str | None
    frozen_by: UUID


class ScorecardSnapshotContent(ScorecardSnapshot):
    """A frozen year with its whole content 冻结内容."""

    is_intact: bool = Field(description="内容与摘要相符")
    content: dict[str, Any]


class Scorecard(Output):
    """The scorecard of a year 绩效评级表, live; the last frozen one stands beside it."""

    year: int
    label: str
    as_of: date = Field(description="数据截至")
    policy_version: str
    sums: ScorecardPoints
    implied_of: Points = Field(description="可由事实推算的分值合计")
    groups: list[ScorecardGroup] = _usually(5, "一级指标")
    owed: list[ScorecardOwed]
    costliest: list[ScorecardOpen]
    frozen: ScorecardSnapshot | None = Field(description="最近一次冻结")


class ScorecardYear(Output):
    """A year in the history 历年: marks as they stand, and as last frozen."""

    year: int
    self_assessed: Points
    decided: Points
    assessed_rows: int
    scored_rows: int
    frozen_number: int | None
    frozen_self_assessed: Points | None
    frozen_decided: Points | None
    frozen_at: Moment | None


class ScorecardRecord(Output):
    """A record behind a number 记录; the person's name only where the reader may see it."""

    id: UUID
    kind: str
    label: str | None
    teacher_id: UUID | None
    teacher_name: str | None
    organisation_id: UUID | None
    organisation_name: str | None
    happened_on: date | None
    detail: str | None
    is_counted: bool = Field(description="是否计入")
    href: str | None = Field(description="记录的地址")


class ScorecardChange(Output):
    """An indicator under an assumption 测算后的变化."""

    indicator: str
    label: str
    implied_now: Points | None
    implied_then: Points | None
    standing_now: Points
    standing_then: Points


class ScorecardOutlook(Output):
    """What the card would say 测算结果."""

    year: int
    now: ScorecardPoints
    then: ScorecardPoints
    changes: list[ScorecardChange]
    figures: list[ScorecardFigure] = Field(description="假设下的事实数据")
    costliest: list[ScorecardOpen]
