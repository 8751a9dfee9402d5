"""Rules of teachers' records and placements; pure functions. The regulation is silent on them: no clause is cited.

No finding says anything of an identity number or a mobile number but its length.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from app.policy.finding import Finding, Severity
from app.teachers.states import STAFF_NO_SHAPE, IdType, Sex

ID_LENGTH = 18
AGE_MIN, AGE_MAX = 16, 80
"""Completed years outside of which a birth date is a slip of the pen."""
USUAL_AGE_MIN, USUAL_AGE_MAX = 18, 70
"""Completed years outside of which a birth date deserves a second look."""

_RESIDENT = re.compile(r"[0-9]{17}[0-9X]")
_DOCUMENT = re.compile(r"[0-9A-Z]{5,20}")
_STAFF_NO = re.compile(STAFF_NO_SHAPE)
_MOBILE = re.compile(r"1[0-9]{10}")
_LONG_NUMBER = re.compile(r"[0-9]{11}")


@dataclass(frozen=True, slots=True)
class Identity:
    """What must agree with one another: the document and what the record says of the person."""

    id_type: IdType
    id_number: str = field(repr=False)
    birth_date: date
    sex: Sex


@dataclass(frozen=True, slots=True)
class Target:
    """The organisation that shall employ a teacher: whether it is open, and whether its kind employs teachers."""

    is_open: bool
    is_employer: bool


@dataclass(frozen=True, slots=True)
class Move:
    """A transfer 调动: the first day of the present spell, and the first day at the other school."""

    spell_starts_on: date
    effective_on: date
    is_same_school: bool
    target: Target


def check_digit(first_17: str) -> str:
    """The last character of a resident's number, computed digit by digit. GB 11643 (ISO 7064 MOD 11-2)

    first_17: 17 ASCII digits.
    """
    rest = 0
    for digit in first_17:
        rest = (rest + int(digit)) * 2 % 11
    return "0123456789X"[(12 - rest) % 11]


def check_identity(person: Identity, *, on: date) -> list[Finding]:
    """Whether a document's number is sound and agrees with birth date and sex. GB 11643 居民身份证号码

    The number is in canonical form: no spaces, capital letters.
    """
    if person.id_type is not IdType.RESIDENT:
        if _DOCUMENT.fullmatch(person.id_number):
            return []
        return [_must("teacher.id_number.characters", "证件号码应为 5 至 20 位数字或大写字母。")]
    length = len(person.id_number)
    if length != ID_LENGTH:
        message = f"身份证号码应为 18 位，现为 {length} 位。"
        return [_must("teacher.id_number.length", message, actual=length, required=ID_LENGTH)]
    if not _RESIDENT.fullmatch(person.id_number):
        return [_must("teacher.id_number.characters", "身份证号码应为 17 位数字加 1 位数字或 X。")]
    return _check_resident(person, on)


def check_age(birth_date: date, *, on: date) -> list[Finding]:
    """Whether a teacher can be that old: 16 to 80 years; outside 18 to 70 it is advised to look again."""
    age = completed_years(birth_date, on)
    if not AGE_MIN <= age <= AGE_MAX:
        message = f"按出生日期为 {age} 岁，教师应在 {AGE_MIN} 至 {AGE_MAX} 岁之间，请核对出生日期。"
        return [_must("teacher.age", message, actual=age, required=f"{AGE_MIN}-{AGE_MAX}")]
    if not USUAL_AGE_MIN <= age <= USUAL_AGE_MAX:
        message = f"按出生日期为 {age} 岁，通常在 {USUAL_AGE_MIN} 至 {USUAL_AGE_MAX} 岁之间，请核对。"
        usual = f"{USUAL_AGE_MIN}-{USUAL_AGE_MAX}"
        return [Finding("teacher.age", Severity.ADVISE, None, message, actual=age, required=usual)]
    return []


def check_staff_no(staff_no: str) -> list[Finding]:
    """Whether a staff number has 1 to 30 digits, Latin letters or hyphens."""
    if _STAFF_NO.fullmatch(staff_no):
        return []
    return [_must("teacher.staff_no", "教师编号应为 1 至 30 位数字、字母或连字符。")]


def check_mobile(mobile: str) -> list[Finding]:
    """Whether a mobile number has 11 digits and starts with 1."""
    return [] if _MOBILE.fullmatch(mobile) else [_must("teacher.mobile", "手机号码应为 1 开头的 11 位数字。")]


def check_working_day(day: date, *, birth_date: date, on: date) -> list[Finding]:
    """Whether something of working life (joining, an honour, a first day) can have been on a day.

    Not in the future, and not before the sixteenth birthday.
    """
    earliest = _birthday(birth_date, AGE_MIN)
    if day > on:
        return [_must("teacher.day.future", f"日期 {day} 晚于今天 {on}。", actual=day, required=on)]
    if day < earliest:
        message = f"日期 {day} 早于年满 {AGE_MIN} 岁之日 {earliest}，请核对日期或出生日期。"
        return [_must("teacher.day.too_young", message, actual=day, required=earliest)]
    return []


def check_target(target: Target) -> list[Finding]:
    """Whether an organisation may take a teacher on: it is open, and is no outside host 承训单位."""
    findings = []
    if not target.is_open:
        findings.append(_must("placement.target_closed", "该单位已撤并，不能接收教师。"))
    if not target.is_employer:
        findings.append(_must("placement.target_kind", "承训单位不是本区域的任职单位，不能接收教师。"))
    return findings


def check_transfer(move: Move, *, on: date) -> list[Finding]:
    """Whether a teacher may move so: to another, open school, on a day of the present spell after its first."""
    findings = check_target(move.target)
    if move.is_same_school:
        findings.append(_must("placement.same_school", "教师已在该校任职，无需调动。"))
    return findings + check_placement_day(move.effective_on, after=move.spell_starts_on, on=on)


def check_placement_day(day: date, *, after: date, on: date, or_on: bool = False) -> list[Finding]:
    """Whether a placement may change on a day: not in the future, and later than `after` (or on it, with `or_on`)."""
    if day > on:
        return [_must("placement.future", f"日期 {day} 晚于今天 {on}，请到当天再办理。", actual=day, required=on)]
    if day < after or (day == after and not or_on):
        message = f"日期 {day} 应{'不早于' if or_on else '晚于'} {after}（本段任职的起算日）。"
        return [_must("placement.before_spell", message, actual=day, required=after)]
    return []


def check_reason(reason: str) -> list[Finding]:
    """Whether a stated reason is free of long numbers: reasons are kept, numbers of persons are not."""
    if _LONG_NUMBER.search(reason):
        return [_must("reason.number", "理由中不要填写证件号码或手机号码。")]
    return []


def completed_years(birth_date: date, on: date) -> int:
    """The age on a day; who was born on 29 February completes a year on 1 March of a common year."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def _check_resident(person: Identity, on: date) -> list[Finding]:
    number = person.id_number
    findings = []
    if number[-1] != check_digit(number[:-1]):
        findings.append(_must("teacher.id_number.check_digit", "身份证号码的校验位不对，请逐位核对。"))
    born = _day(number[6:14])
    if born is None:
        findings.append(_must("teacher.id_number.date", "身份证号码中的出生日期不存在，请核对。"))
    elif born > on:
        findings.append(_must("teacher.id_number.future", "身份证号码中的出生日期晚于今天，请核对。"))
    elif born != person.birth_date:
        findings.append(_must("teacher.id_number.birth_date", "身份证号码与出生日期不一致，请核对。"))
    if (int(number[16]) % 2 == 1) != (person.sex is Sex.MALE):
        findings.append(_must("teacher.id_number.sex", "身份证号码与性别不一致，请核对。"))
    return findings


def _day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _birthday(birth_date: date, years: int) -> date:
    year = min(birth_date.year + years, date.max.year)
    try:
        return birth_date.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def _must(
    rule: str, message: str, *, actual: int | date | None = None, required: int | str | date | None = None
) -> Finding:
    return Finding(rule, Severity.MUST, None, message, actual=actual, required=required)
