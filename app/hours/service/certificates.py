"""Use cases of the yearly hours certificate 学时证明: issue it, and push its standing when an entry is undone."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.certificates import printing
from app.certificates import service as certificates
from app.certificates.states import CertificateKind
from app.core.clock import CHINA
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, Invalid
from app.hours import queries, rules
from app.hours.schemas import CertificateCreate
from app.policy.school_year import SchoolYear


async def issue_certificate(ctx: Context, new: CertificateCreate) -> AnyRow:
    """Issue the certificate of a teacher's school year; the same again while the ledger says the same.

    Raises Invalid for a teacher that is not the caller's, Conflict where no hours stand.
    """
    ctx.require(Permission.CERTIFICATE_ISSUE_HOURS)
    holder = await queries.certificate_holder(ctx, new.teacher_id)
    if holder is None:
        fault = FieldFault("/teacher_id", "REFERENCE_UNKNOWN", "没有这位教师，或不在您的管理范围内")
        raise Invalid("REFERENCE_UNKNOWN", "没有这位教师，或不在您的管理范围内，请核对。", errors=[fault])
    year = SchoolYear.parse(new.school_year)
    await queries.lock_year(ctx, new.teacher_id, year.start)
    found = await queries.standing_entries(ctx, new.teacher_id, year.start)
    entries = [rules.CertifiedEntry(*row) for row in found]
    if not any(one.credited for one in entries):
        raise Conflict("HOURS_NONE", f"{year} 学年没有已核准计入的学时，不能出具证明。请先登记学时，或核对学年。")
    region, issuer = await queries.issuing_bodies(ctx)
    said = rules.certified_content(ctx.regulation, entries, year)
    draft = _draft(holder, said, entries, (region, issuer))
    seal = await queries.covering_seal(ctx, draft.records)
    return await certificates.issue(ctx, replace(draft, seal=_seal(seal)))


async def note_reversals(ctx: Context, entries: Sequence[AnyRow]) -> None:
    """Push to the certificates that stand on entries that the entries were reversed; in the reversals' transaction.

    The caller holds the summary rows of the entries' years, so that no certificate is being made from them meanwhile.
    A record that was merged: its own earlier certificate is told, and the person's.
    """
    persons = await queries.persons_of(ctx, {entry.teacher_id for entry in entries})
    holders = [{entry.teacher_id, persons.get(entry.teacher_id, entry.teacher_id)} for entry in entries]
    pairs = [(holder, entry) for some, entry in zip(holders, entries, strict=True) for holder in some]
    await _note(ctx, pairs, "已红冲")


async def note_parting(ctx: Context, *, teacher_id: UUID, into_id: UUID) -> None:
    """Reaction to "teacher.unmerged": certificates of the person stand on entries that are another's again."""
    ctx.require(Permission.TEACHER_MERGE)
    await _note(ctx, [(into_id, one) for one in await queries.entries_of_persons(ctx, (teacher_id,))], "已随档案分开")


async def _note(ctx: Context, entries: Sequence[tuple[UUID, AnyRow]], happening: str) -> None:
    """Entries with the holder whose certificate may stand on them (n,), and what has become of all of them."""
    changes = [
        certificates.Change(
            holder,
            SchoolYear(entry.start_year).name,
            entry.id,
            f"所依据的一条学时记录（{entry.activity_date}，{rules.shown_hours(entry.credited_hours)} 学时）{happening}",
        )
        for holder, entry in entries
    ]
    await certificates.note_changes(ctx, CertificateKind.HOURS, changes)


def _seal(seal: AnyRow | None) -> dict[str, Any] | None:
    if seal is None:
        return None
    at = seal.sealed_at.astimezone(CHINA).isoformat(timespec="seconds")
    return {"number": seal.number, "head": seal.head, "sealed_at": at}


def _draft(
    holder: AnyRow, said: dict[str, Any], entries: list[rules.CertifiedEntry], bodies: tuple[str, str]
) -> certificates.Draft:
    person = {"name": holder.name, "staff_no": holder.staff_no, "id_number_tail": holder.id_number_tail}
    shown = [{name: one[name] for name in ("label", "credited", "standing")} for one in said["categories"]]
    return certificates.Draft(
        kind=CertificateKind.HOURS,
        permission=Permission.CERTIFICATE_ISSUE_HOURS,
        place=Place(holder.school_id, holder.id),
        period=said["school_year"],
        holder_name=holder.name,
        issuer=bodies[1],
        content={**person, "school": holder.school, **said},
        shown={"school_year": said["school_year"], "categories": shown, "total": said["total"]},
        records=tuple(one.id for one in entries),
        page=_page(holder, said, len(entries), bodies),
    )


def _page(holder: AnyRow, said: dict[str, Any], records: int, bodies: tuple[str, str]) -> printing.Page:
    year = SchoolYear.parse(said["school_year"])
    lines = [
        (str(place), one["title"], one["label"], one["date"], one["hours"])
        for place, one in enumerate(said["lines"], 1)
    ]
    by_category = [
        (one["label"], one["credited"], one["requirement"] or "—", one["standing"]) for one in said["categories"]
    ]
    return printing.Page(
        authority=bodies[0],
        facts=(
            printing.Fact("姓名", holder.name, is_name=True),
            printing.Fact("教职工号", holder.staff_no),
            printing.Fact("单位", holder.school),
            printing.Fact("身份证号", f"末四位 {holder.id_number_tail}"),
        ),
        statement=f"该同志 {year.name} 学年（{year.start} 年 9 月 1 日至 {year.start + 1} 年 8 月 31 日）"
        f"经核准计入教师培训学时共 {said['total']} 学时。",
        tables=(
            printing.Table(
                "按类别汇总", ("类别", "学时", "要求", "完成情况"), (0, 0, 1, 0), ("l", "r", "l", "l"), by_category
            ),
            printing.Table(
                "学时明细",
                ("序号", "项目", "类别", "日期", "学时"),
                (0, 1, 0, 0, 0),
                ("c", "l", "l", "l", "r"),
                lines,
                ("合计", said["total"]),
            ),
        ),
        notes=(
            f"所列学时均由{bodies[1]}核准；超过上限、未计入的学时不列。",
            f"依据学时台账记录 {records} 条；出具日之后的登记与红冲不在其内，现状以核验结果为准。",
        ),
    )
