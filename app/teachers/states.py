"""The life of a teacher's record 教师档案状态, and the closed sets of its fields."""

from enum import StrEnum

from app.core.lifecycle import Lifecycle, Move


class TeacherStatus(StrEnum):
    """Active in the region, left it, or merged into another record 在册、离开、已合并."""

    ACTIVE = "active"
    LEFT = "left"
    MERGED = "merged"


class Sex(StrEnum):
    """Sex as GB/T 2261.1 knows it 性别."""

    MALE = "male"
    FEMALE = "female"


class IdType(StrEnum):
    """Kind of identity document 证件类型."""

    RESIDENT = "resident"
    PASSPORT = "passport"
    HMT_PERMIT = "hmt_permit"


class TeacherSort(StrEnum):
    """Orders of the list of teachers 排序."""

    NAME = "name"
    STAFF_NO = "staff_no"


class SecretField(StrEnum):
    """Fields that are shown masked and whose full value is given out one at a time 脱敏字段."""

    ID_NUMBER = "id_number"
    MOBILE = "mobile"


STAFF_NO_SHAPE = r"[0-9A-Za-z-]{1,30}"
"""Staff numbers 教师编号: digits, Latin letters and hyphens."""

TEACHER_LIFECYCLE = Lifecycle(
    name="teacher",
    title="教师档案",
    moves={
        "transfer": Move(frozenset({TeacherStatus.ACTIVE}), TeacherStatus.ACTIVE, "teacher.transfer"),
        "setOnPost": Move(frozenset({TeacherStatus.ACTIVE}), TeacherStatus.ACTIVE, "teacher.change"),
        "leave": Move(frozenset({TeacherStatus.ACTIVE}), TeacherStatus.LEFT, "teacher.change"),
        "rejoin": Move(frozenset({TeacherStatus.LEFT}), TeacherStatus.ACTIVE, "teacher.change"),
        "merge": Move(frozenset({TeacherStatus.ACTIVE, TeacherStatus.LEFT}), TeacherStatus.MERGED, "teacher.merge"),
        "unmerge": Move(frozenset({TeacherStatus.MERGED}), TeacherStatus.ACTIVE, "teacher.merge"),
    },
)
