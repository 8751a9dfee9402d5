"""The portfolio on paper 成长档案（打印）: what its reader sees, without numbers of persons. [M3.5]"""

from collections.abc import Sequence
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.certificates import printing
from app.hours.schemas import TeacherHours
from app.portfolio.schemas import Portfolio, PortfolioEntry, PortfolioTeacher
from app.portfolio.service.reading import PortfolioRequest, whole
from app.portfolio.states import ENTRIES_PRINTED_MAX, PortfolioKind

_K = PortfolioKind
SECTIONS = {
    "任职经历": (_K.EMPLOYMENT,),
    "参加培训": (_K.PROJECT, _K.DELIVERY, _K.TERM_ASSESSMENT),
    "工作坊（室）与师徒结对": (_K.WORKSHOP, _K.MENTORING),
    "授课、案例与成果": (_K.LESSON, _K.PRACTICE_OUTPUT, _K.CASE, _K.WRITING),
    "承担培训工作": (_K.TRAINER, _K.TRAINER_TASK, _K.TRAINER_ASSESSMENT),
    "荣誉与奖项": (_K.HONOUR, _K.AWARD),
}
NOTHING = "—"


async def print_portfolio(ctx: Context, teacher_id: UUID, asked: PortfolioRequest) -> tuple[str, bytes]:
    """File name and PDF of a portfolio; that it was printed is put on the audit log 打印成长档案."""
    ctx.require(Permission.PORTFOLIO_READ)
    found = await whole(ctx, teacher_id, asked, size=ENTRIES_PRINTED_MAX)
    who = found.teacher
    facts = {
        "from": asked.from_year,
        "to": asked.to_year,
        "kinds": [str(one) for one in asked.kinds or ()],
        "entries": len(found.timeline.items),
    }
    await ctx.record(
        "portfolio.printed",
        entity="teacher",
        entity_id=who.id,
        place=Place(who.school_id, who.id),
        facts=facts,
        channel="audit",
    )
    return f"成长档案-{who.name}-{who.staff_no}.pdf", await printing.render(
        _page(ctx, found, asked), _imprint(ctx, who)
    )


def _imprint(ctx: Context, who: PortfolioTeacher) -> printing.Imprint:
    day = ctx.clock.today
    return printing.Imprint(
        "个人成长档案", who.staff_no, 1, who.school_name, f"{day.year}年{day.month}月{day.day}日", ""
    )


def _page(ctx: Context, found: Portfolio, asked: PortfolioRequest) -> printing.Page:
    tables = [_hours_table(found.hours)] if found.hours else []
    for title, kinds in SECTIONS.items():
        entries = [one for one in found.timeline.items if one.kind in kinds]
        tables += [_section(title, entries)] if entries else []
    return printing.Page(
        authority=found.teacher.school_name,
        facts=_facts(ctx, found.teacher),
        statement=_statement(asked),
        tables=tables,
        notes=_notes(found),
    )


def _facts(ctx: Context, who: PortfolioTeacher) -> list[printing.Fact]:
    def label(set_name: str, code: str) -> str:
        return next((one.label for one in ctx.regulation.codes(set_name) if one.code == code), code)

    posts = "、".join(label("posts", one) for one in who.posts)
    return [
        printing.Fact("姓名", who.name, is_name=True),
        printing.Fact("性别", label("sex", who.sex)),
        printing.Fact("单位", who.school_name),
        printing.Fact("教职工号", who.staff_no),
        printing.Fact("学段学科", f"{label('stages', who.stage)} {label('subjects', who.subject)}"),
        printing.Fact("职称", label("titles", who.title)),
        printing.Fact("职务", posts or NOTHING),
        printing.Fact("参加工作", str(who.joined_profession_on or NOTHING)),
    ]


def _statement(asked: PortfolioRequest) -> str:
    kinds = "、".join(one.label for one in asked.kinds) if asked.kinds else "全部成长记录"
    if asked.from_year or asked.to_year:
        return f"{asked.from_year or '最早'}学年至{asked.to_year or '今'}学年：{kinds}，按时间先后。"
    return f"{kinds}，按时间先后。"


def _notes(found: Portfolio) -> list[str]:
    notes = ["内容为打印当日系统所载、打印人有权查看的记录；未公布的结果和他人意见不在其中。"]
    if found.hidden_kinds:
        notes.append(f"打印人无权查看、未列入：{'、'.join(one.label for one in found.hidden_kinds)}。")
    if found.timeline.next_cursor:
        notes.append(f"共 {found.timeline.total} 条，一次最多打印 {ENTRIES_PRINTED_MAX} 条，其余请按学年分次打印。")
    if found.teacher.merged_into_id:
        notes.append("本档案已合并到同一人的另一份档案，完整的成长档案见该份档案。")
    return notes


def _hours_table(years: Sequence[TeacherHours]) -> printing.Table:
    rows = [
        (
            year.school_year,
            one.label,
            f"{one.credited.normalize():f}",
            NOTHING if one.target is None else f"{one.target.normalize():f}",
            NOTHING if one.is_met is None else ("达标" if one.is_met else "未达标"),
        )
        for year in years
        for one in year.categories
        if one.credited or one.target is not None
    ]
    header = ("学年", "类别", "计入学时", "年度目标", "是否达标")
    return printing.Table("学时", header, (0, 1, 0, 0, 0), ("l", "l", "r", "r", "c"), rows)


def _section(title: str, entries: Sequence[PortfolioEntry]) -> printing.Table:
    rows = [(_days(one), one.kind_label, _told(one), one.organisation_name or NOTHING, _result(one)) for one in entries]
    header = ("时间", "类别", "内容", "单位", "结果")
    return printing.Table(title, header, (5, 6, 13, 8, 8), ("l", "l", "l", "l", "l"), rows)


def _days(one: PortfolioEntry) -> str:
    if one.starts_on is None:
        return NOTHING
    lasts = one.kind in {_K.EMPLOYMENT, _K.WORKSHOP, _K.MENTORING}
    end = f"{one.ends_on:%Y.%m.%d}" if one.ends_on else "至今"
    return f"{one.starts_on:%Y.%m.%d}" + (f"\n{end}" if one.ends_on or lasts else "")


def _told(one: PortfolioEntry) -> str:
    more = "，".join(part for part in (one.level_label, one.part_label, one.person) if part)
    return f"{one.title}（{more}）" if more else one.title


def _result(one: PortfolioEntry) -> str:
    figures = (
        one.result_label,
        f"{one.hours.normalize():f} 学时" if one.hours is not None else None,
        f"过程考核 {one.score.normalize():f}" if one.score is not None else None,
        f"考核结果 {one.final_score.normalize():f}" if one.final_score is not None else None,
        one.number,
    )
    return "，".join(part for part in figures if part) or NOTHING
