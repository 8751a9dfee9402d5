"""The life of a teacher's record 教师档案状态."""

from enum import StrEnum


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
