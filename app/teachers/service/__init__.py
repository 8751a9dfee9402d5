"""Use cases of teachers: their records, their placements, and their numbers one at a time."""

from app.core.constraints import explain
from app.teachers.service.honours import (
    AwardGiven,
    grant_honour,
    note_honours_moved,
    record_honours,
    withdraw_honour,
    withdraw_honours,
)
from app.teachers.service.merging import merge, unmerge
from app.teachers.service.placements import leave, refuse_closing_with_teachers, rejoin, set_on_post, transfer
from app.teachers.service.records import change, change_contact, check_own, create, find, get, get_many, history, unmask

__all__ = [
    "AwardGiven",
    "change",
    "change_contact",
    "check_own",
    "create",
    "find",
    "get",
    "get_many",
    "grant_honour",
    "history",
    "leave",
    "merge",
    "note_honours_moved",
    "record_honours",
    "refuse_closing_with_teachers",
    "rejoin",
    "set_on_post",
    "transfer",
    "unmask",
    "unmerge",
    "withdraw_honour",
    "withdraw_honours",
]

# One text wherever the number is held, so that the answer does not say where.
_NUMBER_TAKEN = ("ID_NUMBER_TAKEN", "该证件号码已登记在另一份教师档案中。请核对号码；需要调入时请联系教师教育科。")
explain(
    {
        "pk_identity_numbers": _NUMBER_TAKEN,
        "uq_teachers_region_id_id_number_index": _NUMBER_TAKEN,
        "uq_teachers_region_id_staff_no": ("STAFF_NO_TAKEN", "这个教师编号已被使用，请核对。"),
        "ex_employments_one_at_a_time": ("EMPLOYMENT_OVERLAP", "任职时间与已有的任职经历重叠，请核对日期。"),
    }
)
