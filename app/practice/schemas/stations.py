"""Base schools, pairings of trainers and their visits, as clients send and get them. [M5.3]"""

from datetime import date
from uuid import UUID

from pydantic import Field

from app.core.schemas import Input, Line, Note, Output, Resource
from app.practice.schemas.outputs import EtagGiven, Reason


class BaseSchoolCreate(Input):
    """Name a base school of its town 确定校本研修基地学校. [M5.3]"""

    school_id: UUID
    starts_on: date


class PracticeEnd(Input):
    """End a base school or a pairing 终止."""

    ended_on: date = Field(description="自哪一天起不再有效")
    reason: Reason
    etag: EtagGiven = None


class BaseSchool(Resource):
    """A base school 校本研修基地学校."""

    school_id: UUID
    school_name: str
    central_school_id: UUID
    central_school_name: str
    town: str | None
    slot: int = Field(description="本镇第几所")
    slots: int = Field(description="确定时每镇最多的所数")
    starts_on: date
    ended_on: date | None
    end_reason: str | None


class BaseSchoolTown(Output):
    """How many base schools a town has, and how many it should have 各镇基地学校数."""

    central_school_id: UUID
    central_school_name: str
    town: str | None
    base_schools: int
    base_schools_min: int = Field(description="每镇最少 [M5.3]")
    base_schools_max: int = Field(description="每镇最多 [M5.3]")
    is_met: bool


class PracticePairingCreate(Input):
    """Pair a trainer with a workshop or a base school 培训者对接. [M5.3]"""

    appointment_id: UUID = Field(description="培训者聘任的 id，须在聘期内")
    workshop_id: UUID | None = Field(default=None, description="对接的工作坊（室）")
    base_school_id: UUID | None = Field(default=None, description="对接的基地学校（基地学校记录的 id）")
    duty: Line = Field(description="分工，如学科、区域")
    starts_on: date


class PracticePairing(Resource):
    """A pairing 培训者对接."""

    project_id: UUID
    project_name: str
    appointment_id: UUID
    teacher_id: UUID
    holder_name: str
    workshop_id: UUID | None
    workshop_name: str | None
    base_school_id: UUID | None
    base_school_name: str | None
    duty: str
    starts_on: date
    ended_on: date | None
    end_reason: str | None
    visits: int
    last_visited_on: date | None


class PairingVisitCreate(Input):
    """Put a visit on record 登记对接指导."""

    visited_on: date
    content: Note = Field(description="指导内容")


class PairingVisit(Resource):
    """A visit 对接指导记录."""

    pairing_id: UUID
    visited_on: date
    content: str
    recorded_by: UUID
