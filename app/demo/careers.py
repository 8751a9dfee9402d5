"""What a demo teacher is 教师特征: birth, identity number, subject, title, posts, honours; pure draws."""

from datetime import date, timedelta

from app.demo.draw import Draw, Weighted
from app.demo.facts import FIRST_YEAR, RUNNING_YEAR, DemoHonour

AREA = "999999"
"""An address code that GB/T 2260 has never assigned: no identity number of the demo can be anyone's."""
_CHECK_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"

_WOMEN_PERCENT = {
    "preschool": 97,
    "primary": 78,
    "junior_middle": 66,
    "senior_middle": 54,
    "vocational": 52,
    "special": 80,
}
_COMPULSORY_EXTRA = [("TY", 8), ("YS", 9), ("XK", 3), ("LD", 2), ("ZH", 2)]
_SUBJECTS = {
    "preschool": Weighted([("JK", 20), ("YY", 25), ("SH", 18), ("KX", 17), ("YSL", 20)]),
    "primary": Weighted([("YW", 32), ("SX", 26), ("WY", 9), ("DF", 5), ("KX", 5), ("DX", 1), *_COMPULSORY_EXTRA]),
    "junior_middle": Weighted(
        [
            *(("YW", 17), ("SX", 17), ("WY", 16), ("DF", 7), ("LS", 6), ("DL", 5), ("WL", 8), ("HX", 5), ("SW", 5)),
            *_COMPULSORY_EXTRA,
        ]
    ),
    "senior_middle": Weighted(
        [
            *(("YW", 15), ("SX", 16), ("WY", 15), ("ZZ", 7), ("LS", 7), ("DL", 7), ("WL", 10), ("HX", 9), ("SW", 7)),
            *(("TY", 4), ("YS", 3), ("TJ", 2)),
        ]
    ),
    "vocational": Weighted([("YW", 22), ("SX", 22), ("WY", 18), ("ZZ", 12), ("TJ", 14), ("TY", 7), ("YS", 5)]),
    "special": Weighted([("YW", 30), ("SX", 25), ("LD", 15), ("TY", 15), ("YS", 15)]),
}
_TITLES_BY_SERVICE = (
    (1, Weighted([("NONE", 72), ("EDU_L3", 8), ("EDU_L2", 20)])),
    (6, Weighted([("NONE", 14), ("EDU_L3", 10), ("EDU_L2", 76)])),
    (14, Weighted([("NONE", 3), ("EDU_L3", 2), ("EDU_L2", 45), ("EDU_L1", 50)])),
    (24, Weighted([("EDU_L2", 14), ("EDU_L1", 66), ("EDU_SENIOR", 20)])),
    (99, Weighted([("EDU_L2", 4), ("EDU_L1", 50), ("EDU_SENIOR", 44), ("EDU_PROF", 2)])),
)
_HONOURS = (
    (4, Weighted([("rising_star", 1)])),
    (12, Weighted([("rising_star", 5), ("backbone_teacher", 5)])),
    (99, Weighted([("backbone_teacher", 12), ("subject_leader", 5), ("renowned_teacher", 3)])),
)
_HONOUR_LEVELS = Weighted([("county", 60), ("city", 30), ("provincial", 10)])
_DAYS_A_YEAR = 365.25
_PENSION_YEARS = {"male": 60, "female": 55}
_GROUP_LEADER_SERVICE = 8
_RESEARCHER_SERVICE = 14
_LARGE_SCHOOL = 60
_MIDDLE_SCHOOL = 15


class IdentityNumbers:
    """Gives out identity numbers 身份证号: unique over all regions of the demo."""

    def __init__(self) -> None:
        """Start with none given."""
        self._given: dict[tuple[date, str], int] = {}

    def new(self, birth: date, sex: str) -> str:
        """Give the next number of that birthday: odd sequence for men, even for women."""
        ordinal = self._given.get((birth, sex), 0)
        self._given[birth, sex] = ordinal + 1
        sequence = 2 * ordinal + (1 if sex == "male" else 2)
        body = f"{AREA}{birth:%Y%m%d}{sequence:03d}"
        return body + check_digit(body)


def check_digit(body: str) -> str:
    """Compute the check character of a 17-digit identity number body, GB 11643."""
    total = sum(weight * int(digit) for weight, digit in zip(_CHECK_WEIGHTS, body, strict=True))
    return _CHECK_DIGITS[total % 11]


def sex(draw: Draw, stage: str) -> str:
    """Draw male or female as usual at the stage."""
    return "female" if draw.below(100) < _WOMEN_PERCENT[stage] else "male"


def subject(draw: Draw, stage: str) -> str:
    """Draw a subject code 学科 of the stage."""
    return _SUBJECTS[stage].pick(draw)


def birth_of_serving(draw: Draw, sex: str) -> date:
    """Draw the birthday of somebody between 25 and the pension age on 2026-09-01."""
    years = 25 + draw.below((_PENSION_YEARS[sex] - 26) * 1000) / 1000
    return date(RUNNING_YEAR, 9, 1) - timedelta(days=int(years * _DAYS_A_YEAR))


def birth_of_pensioner(draw: Draw, sex: str, leaves_on: date) -> date:
    """Draw the birthday of somebody who reached the pension age in the month before leaving."""
    month_before = leaves_on - timedelta(days=1)
    return date(month_before.year - _PENSION_YEARS[sex], month_before.month, draw.between(1, 28))


def birth_of_beginner(draw: Draw) -> date:
    """Draw the birthday of somebody who begins on 2026-09-01 at 22 to 25."""
    return date(RUNNING_YEAR - 22, 9, 1) - timedelta(days=draw.between(1, 3 * 365))


def joined_on(draw: Draw, birth: date, latest_year: int) -> date:
    """Draw the 1 September on which somebody joined the profession, at 22 to 25 and not after the latest year."""
    return date(min(birth.year + draw.between(22, 25), latest_year), 9, 1)


def title(draw: Draw, joined: date) -> str:
    """Draw a professional title 职称 that fits the years of service in 2026."""
    service = RUNNING_YEAR - joined.year
    table = next(weighted for limit, weighted in _TITLES_BY_SERVICE if service < limit)
    return table.pick(draw)


def head_title(draw: Draw) -> str:
    """Draw the title of a head of school."""
    return "EDU_SENIOR" if draw.chance(0.7) else "EDU_L1"


def posts(draw: Draw, *, position: int, school_size: int, stage: str, service: int) -> tuple[str, ...]:
    """Draw the posts 职务: the first position of a school is its head, the next ones its vice principals."""
    vices = 3 if school_size >= _LARGE_SCHOOL else 1 if school_size >= _MIDDLE_SCHOOL else 0
    if position == 0:
        return ("kindergarten_head",) if stage == "preschool" else ("principal",)
    if position <= vices:
        return ("vice_principal",)
    held = []
    if draw.chance(0.31):
        held.append("homeroom_teacher")
    if service >= _GROUP_LEADER_SERVICE and draw.chance(0.09):
        held.append("teaching_research_head")
    if service >= _RESEARCHER_SERVICE and draw.chance(0.01):
        held.append("research_officer")
    return tuple(held)


def honours(draw: Draw, joined: date) -> tuple[DemoHonour, ...]:
    """Draw none to two honours 荣誉, awarded on Teachers' Day after the third year of service."""
    service = RUNNING_YEAR - joined.year
    first_year = joined.year + 3
    if first_year > FIRST_YEAR or not draw.chance(0.14):
        return ()
    table = next(weighted for limit, weighted in _HONOURS if service < limit + 3)
    level = _HONOUR_LEVELS.pick(draw)
    first = DemoHonour(table.pick(draw), level, date(draw.between(first_year, FIRST_YEAR), 9, 10))
    if first.awarded_on.year >= FIRST_YEAR or not draw.chance(0.2):
        return (first,)
    second = DemoHonour(table.pick(draw), "county", date(draw.between(first.awarded_on.year + 1, FIRST_YEAR), 9, 10))
    return (first,) if second.code == first.code else (first, second)
