"""Teachers, placements and unmasking as clients send and get them."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, SecretStr

from app.core.batch.people import tidy_name
from app.core.schemas import Input, Line, Output, Patch, Resource
from app.teachers.states import STAFF_NO_SHAPE, IdType, SecretField, Sex, TeacherStatus

NAME_LENGTH = 50


def _name(text: str) -> str:
    name = tidy_name(text)
    if len(name) > NAME_LENGTH or not any(character.isalpha() for character in name):
        message = f"应为姓名，1 至 {NAME_LENGTH} 个字"
        raise ValueError(message)
    return name


PersonName = Annotated[Line, AfterValidator(_name), Field(description="姓名；间隔号统一为“·”，生僻字按原样保存")]
"""A person's name: stray spaces removed, middle dots unified, no other folding."""

StaffNo = Annotated[str, Field(pattern=f"^{STAFF_NO_SHAPE}$", description="教师编号，本区域内唯一")]
CodeName = Annotated[str, Field(pattern=r"^[a-z0-9_]{2,40}$")]
Posts = Annotated[list[CodeName], Field(max_length=10, description="职务代码，见 /v1/reference-data/posts")]
IdText = Annotated[SecretStr, Field(min_length=5, max_length=40, description="证件号码；加密保存，答复中只显示后四位")]
MobileText = Annotated[SecretStr, Field(min_length=5, max_length=40, description="手机号码；加密保存，答复中脱敏")]
Reason = Annotated[Line, Field(min_length=4, description="理由，至少 4 个字；不要填写证件号码")]


class HonourWrite(Input):
    """An honour 荣誉称号 with its level and day."""

    code: CodeName = Field(description="荣誉代码，见 /v1/reference-data/honours")
    level: CodeName = Field(description="级别代码，见 /v1/reference-data/honour_levels")
    awarded_on: date


Honours = Annotated[list[HonourWrite], Field(max_length=50)]


class TeacherCreate(Input):
    """A new teacher 新增教师, with the first day at the school."""

    staff_no: StaffNo
    name: PersonName
    sex: Sex
    birth_date: date
    id_type: IdType = IdType.RESIDENT
    id_number: IdText
    mobile: MobileText | None = None
    school_id: UUID = Field(description="任职单位")
    is_on_post: bool = Field(default=True, description="在编在岗")
    starts_on: date | None = Field(default=None, description="到校日期，默认今天")
    stage: CodeName = Field(description="学段代码，见 /v1/reference-data/stages")
    subject: CodeName = Field(description="学科代码，见 /v1/reference-data/subjects")
    title: CodeName = Field(default="none", description="职称代码，见 /v1/reference-data/titles")
    posts: Posts = Field(default=[])
    honours: Honours = Field(default=[])
    joined_profession_on: date | None = Field(default=None, description="参加工作（从教）日期")


class TeacherFacts(Patch):
    """The facts of a record that the school keeps 学校维护的档案内容; absent ones stay."""

    staff_no: StaffNo = ""
    name: PersonName = ""
    sex: Sex = Sex.MALE
    birth_date: date = date.min
    id_type: IdType = IdType.RESIDENT
    id_number: IdText = SecretStr("")
    stage: CodeName = ""
    subject: CodeName = ""
    title: CodeName = ""
    posts: Posts = Field(default=[])
    honours: Honours = Field(default=[])
    joined_profession_on: date | None = None

    def changes(self) -> dict[str, Any]:
        """The fields that the client named; honours as they are stored, numbers still sealed."""
        return super().changes() | (
            {"honours": stored_honours(self.honours)} if "honours" in self.model_fields_set else {}
        )


class TeacherPatch(TeacherFacts):
    """Changes of a teacher's facts 修改教师; the school changes by transfer only."""

    mobile: MobileText | None = None


def stored_honours(honours: list[HonourWrite]) -> list[dict[str, Any]]:
    """Honours as JSON."""
    return [honour.model_dump(mode="json") for honour in honours]


class ContactPatch(Patch):
    """A teacher's own contact data 本人联系方式; null clears."""

    mobile: MobileText | None


class Honour(Output):
    """An honour 荣誉称号."""

    code: str
    level: str
    awarded_on: date | None


class AwardedHonour(Honour):
    """An honour that an award gave 评选所得荣誉: revoking the award takes it back."""

    award_id: UUID = Field(description="所依据的奖项")
    number: str = Field(description="证书编号")


class Teacher(Resource):
    """A teacher 教师 with the present (or, after leaving, the last) school; numbers are masked."""

    staff_no: str
    name: str
    sex: Sex
    birth_date: date
    id_type: IdType
    id_number_masked: str
    mobile_masked: str | None
    school_id: UUID
    school_name: str
    is_on_post: bool
    stage: str
    subject: str
    title: str
    posts: list[str]
    honours: list[Honour]
    awarded_honours: list[AwardedHonour] = Field(description="评选表彰所得的荣誉，随奖项授予和撤销，不由学校维护")
    joined_profession_on: date | None
    status: TeacherStatus
    merged_into_id: UUID | None


class Employment(Resource):
    """A spell at one organisation 任职经历: from `starts_on` to the day before `ends_on`."""

    teacher_id: UUID
    school_id: UUID
    school_name: str
    is_on_post: bool
    starts_on: date
    ends_on: date | None = Field(description="不再任职的第一天；仍在任时为 null")
    reason: str | None = Field(description="本段任职结束的原因")


class _Placement(Input):
    etag: str | None = Field(default=None, max_length=30, description="读取时得到的 etag，也可放在请求头 If-Match")


class Transfer(_Placement):
    """A transfer to another school 调动; stage and subject may change with it."""

    to_school_id: UUID
    effective_on: date = Field(description="到新单位的第一天，不晚于今天")
    reason: Reason
    stage: CodeName | None = None
    subject: CodeName | None = None


class Leave(_Placement):
    """Leaving the region's schools 离开: retirement, resignation and the like."""

    left_on: date = Field(description="离开的第一天，不晚于今天")
    reason: CodeName = Field(description="原因代码，见 /v1/reference-data/departure_reasons")
    note: Line | None = None


class Rejoin(_Placement):
    """Being taken on again after having left 重新任职."""

    school_id: UUID
    starts_on: date = Field(description="到校日期，不晚于今天，不早于离开之日")
    is_on_post: bool = True
    stage: CodeName | None = None
    subject: CodeName | None = None


class OnPost(_Placement):
    """Going off post or coming back at the same school 离岗、返岗: secondment, long sick leave."""

    is_on_post: bool
    effective_on: date = Field(description="变更的第一天，不晚于今天")
    reason: Reason


class TeacherMerge(_Placement):
    """Making a record the other name of another one of the same person 合并重复档案; both histories stay."""

    into_id: UUID = Field(description="保留的档案；被合并的档案只作为它的别名")
    reason: Reason
    is_same_person: bool = Field(default=False, description="姓名、性别或出生日期不同时，核实后填 true")


class TeacherUnmerge(_Placement):
    """Making a merged record stand by itself again 撤销合并."""

    reason: Reason


class Unmask(Input):
    """A request for one full value 查看完整号码; the reason is kept in the audit log."""

    field: SecretField
    reason: Reason


class Unmasked(Output):
    """One full value 完整号码."""

    teacher_id: UUID
    field: SecretField
    value: str
