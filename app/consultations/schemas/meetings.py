"""Meetings of consultation and their decisions as clients send and get them. [A3.4]"""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.consultations.schemas.reports import EtagGiven, LongText, Name
from app.consultations.states import ConsultationDecisionStatus, ConsultationMeetingStatus
from app.core.schemas import Input, Line, Moment, Note, Output, Patch, Resource

ATTENDEES_MAX, MATTERS_MAX = 100, 50


class ConsultationAttendeeWrite(Input):
    """Somebody at a meeting 参会人员: a teacher, an expert, a body, or a name alone."""

    name: Name | None = Field(default=None, description="姓名或单位名称；填了教师、专家或单位可不填")
    teacher_id: UUID | None = None
    expert_id: UUID | None = None
    organisation_id: UUID | None = None


class ConsultationDecisionWrite(Input):
    """What a meeting decided 议定事项: who is to do what until when."""

    matter: Line = Field(description="议定的事项")
    responsible: Line = Field(description="责任单位或责任人")
    due_on: date = Field(description="完成期限")


Attendees = Annotated[list[ConsultationAttendeeWrite], Field(min_length=1, max_length=ATTENDEES_MAX)]
Agenda = Annotated[list[Line], Field(min_length=1, max_length=MATTERS_MAX)]
Decisions = Annotated[list[ConsultationDecisionWrite], Field(max_length=MATTERS_MAX)]


class ConsultationMeetingCreate(Input):
    """Put a meeting on record 登记会商会议. [A3.4]"""

    title: Line
    held_on: date
    place: Line
    project_id: UUID | None = Field(default=None, description="会商的培训项目；不填为项目县整体")
    attendees: Attendees
    agenda: Agenda
    minutes: LongText | None = Field(default=None, description="会议纪要正文；没有正文不能确认")
    decisions: Decisions = Field(default=[])


class ConsultationMeetingPatch(Patch):
    """Changes of minutes that are not confirmed 修改会议纪要; lists take the place of what was there."""

    title: Line = ""
    held_on: date = date.min
    place: Line = ""
    attendees: Attendees = Field(default=[])
    agenda: Agenda = Field(default=[])
    minutes: LongText | None = Field(default=None, description="会议纪要正文；没有正文不能确认")
    decisions: Decisions = Field(default=[])


class ConsultationAttendee(Output):
    """Somebody at a meeting 参会人员."""

    name: str
    teacher_id: UUID | None
    expert_id: UUID | None
    organisation_id: UUID | None


class ConsultationDecision(Resource):
    """What a meeting decided, and what became of it 议定事项."""

    meeting_id: UUID
    meeting_title: str
    held_on: date
    position: int
    matter: str
    responsible: str
    due_on: date
    status: ConsultationDecisionStatus
    is_overdue: bool = Field(description="期限已过而未完成")
    ended_on: date | None
    outcome: str | None = Field(description="完成情况，或不再办理的理由")
    reopen_reason: str | None


class ConsultationMeeting(Resource):
    """A meeting of consultation with its minutes 会商会议. [A3.4]"""

    title: str
    held_on: date
    place: str
    project_id: UUID | None
    project_name: str | None
    attendees: list[ConsultationAttendee]
    agenda: list[str]
    minutes: str | None
    status: ConsultationMeetingStatus
    decisions: int = Field(description="议定事项数")
    decisions_open: int = Field(description="待办的议定事项数")
    confirmed_at: Moment | None
    withdraw_reason: str | None


class ConsultationDecisionEnd(Input):
    """How a decision was carried out 完成议定事项."""

    ended_on: date | None = Field(default=None, description="完成日期；不填为今天")
    outcome: Note = Field(description="完成情况")
    etag: EtagGiven = None
