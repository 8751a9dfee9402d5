"""Use cases of publications 信息发布: schools and teachers hand items in, 进修学校 or 综合科 puts them out."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission, Reach
from app.access.visibility import reach_of
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import FieldFault, Invalid, NotFound, NotPermitted, RuleBroken
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.organisations import service as organisations
from app.policy.finding import Finding
from app.publications import queries, rules
from app.publications.queries import PublicationFilter
from app.publications.schemas import (
    PublicationBonus,
    PublicationCreate,
    PublicationMonth,
    PublicationPatch,
    PublicationPublishing,
    PublicationReadingCreate,
    PublicationReason,
    PublicationSubject,
)
from app.publications.states import PUBLICATION_LIFECYCLE, PublicationStatus, SubjectKind
from app.teachers import service as teachers

explain(
    {
        "uq_publications_link": ("PUBLICATION_LINK_TAKEN", "这个网址已登记为另一条已发布的信息，请核对。"),
        "uq_publication_readings_region_id_publication_id_read_on": (
            "PUBLICATION_READING_TAKEN",
            "这一天的阅读量已登记；有误的请以后一日的统计为准。",
        ),
    }
)
READ, SUBMIT, PUBLISH = (
    Permission.PUBLICATION_READ,
    Permission.PUBLICATION_SUBMIT,
    Permission.PUBLICATION_PUBLISH,
)


async def find(ctx: Context, request: PageRequest, only: PublicationFilter) -> Page[AnyRow]:
    """Items handed in and published, newest first 信息发布列表."""
    ctx.require(READ)
    return await queries.page(ctx, request, only)


async def get(ctx: Context, publication_id: UUID) -> AnyRow:
    """One item; NotFound outside the scope."""
    ctx.require(READ)
    return _found(await queries.by_id(ctx, publication_id))


async def get_many(ctx: Context, ids: list[UUID]) -> list[AnyRow | None]:
    """Items (n,) -> rows (n,), None where missing."""
    ctx.require(READ)
    return await queries.by_ids(ctx, ids)


async def submit(ctx: Context, new: PublicationCreate) -> AnyRow:
    """Hand an item in 报送信息.

    A teacher an own one, a school its own, 中心校 one of its subtree.
    """
    ctx.require(SUBMIT)
    place = await place_of_new(ctx, SUBMIT, new.organisation_id)
    values = new.model_dump() | {"organisation_id": place.organisation, "teacher_id": place.teacher}
    _check(ctx, values)
    made = await queries.add(ctx, _stored(values))
    await _record(ctx, "submitted", made, place, {"column_code": new.column_code})
    return _found(await queries.by_id(ctx, made))


async def change(ctx: Context, publication_id: UUID, patch: PublicationPatch, *, version: int | None) -> AnyRow:
    """Change an item before it comes out; one sent back is handed in again by it 修改信息."""
    ctx.require(SUBMIT)
    row = await _held(ctx, publication_id, SUBMIT, version)
    status = PublicationStatus(row.status)
    if status is not PublicationStatus.SUBMITTED:
        status = PUBLICATION_LIFECYCLE.move(status, "change")
    changes = patch.changes()
    names = ("column_code", "happened_on", "persons")
    _check(ctx, {name: getattr(row, name) for name in names} | {"persons": _dated(row.persons)} | changes)
    await queries.change(ctx, publication_id, _stored(changes) | {"status": str(status)})
    await _record(ctx, "changed", publication_id, _place(row), {"fields": sorted(changes)})
    return _found(await queries.by_id(ctx, publication_id))


async def publish(ctx: Context, publication_id: UUID, how: PublicationPublishing, *, version: int | None) -> AnyRow:
    """Put an item out, with link and day; everybody named in it has consented 发布.

    RuleBroken otherwise. [A3.5]
    """
    row, status = await _answered(ctx, publication_id, "publish", version)
    day, today = how.published_on or ctx.clock.today, ctx.clock.today
    _enforce(ctx, rules.check_publishing(row.happened_on, day, row.persons, today=today))
    out = {"channel": how.channel, "link": how.link, "published_on": day}
    await queries.change(ctx, publication_id, _answer(ctx, status, None) | out)
    await _record(ctx, "published", publication_id, _place(row), {"published_on": str(day), "link": how.link})
    return _found(await queries.by_id(ctx, publication_id))


async def send_back(ctx: Context, publication_id: UUID, why: PublicationReason, *, version: int | None) -> AnyRow:
    """Send an item back with a reason 退回."""
    return await _move_with_reason(ctx, publication_id, "return", why, version=version)


async def retract(ctx: Context, publication_id: UUID, why: PublicationReason, *, version: int | None) -> AnyRow:
    """Take a published item down with a reason 下架.

    It stays on record and counts no more.
    """
    return await _move_with_reason(ctx, publication_id, "retract", why, version=version)


async def withdraw(ctx: Context, publication_id: UUID, *, version: int | None) -> AnyRow:
    """Take an item back before it comes out 撤回."""
    ctx.require(SUBMIT)
    row = await _held(ctx, publication_id, SUBMIT, version)
    status = PUBLICATION_LIFECYCLE.move(PublicationStatus(row.status), "withdraw")
    await queries.change(ctx, publication_id, {"status": str(status)})
    await _record(ctx, "withdrawn", publication_id, _place(row), {})
    return _found(await queries.by_id(ctx, publication_id))


async def record_reading(ctx: Context, publication_id: UUID, new: PublicationReadingCreate) -> AnyRow:
    """Write down how often an item has been read 登记阅读量.

    By a day; the latest day's figure counts.
    """
    ctx.require(PUBLISH)
    row = await _held(ctx, publication_id, PUBLISH, None)
    if row.published_on is None:
        PUBLICATION_LIFECYCLE.move(PublicationStatus(row.status), "retract")
    day = new.read_on or ctx.clock.today
    _enforce(ctx, rules.check_reading(day, row.published_on, today=ctx.clock.today))
    made = await queries.add_reading(ctx, publication_id, day, new.readings)
    facts = {"read_on": str(day), "readings": new.readings}
    await _record(ctx, "read", publication_id, _place(row), facts)
    return made


async def readings(ctx: Context, request: PageRequest, publication_id: UUID) -> Page[AnyRow]:
    """How often an item had been read by which day, latest first 阅读量."""
    ctx.require(READ)
    _found(await queries.by_id(ctx, publication_id))
    return await queries.readings(ctx, publication_id, request)


async def month(ctx: Context, organisation_id: UUID, name: str) -> PublicationMonth:
    """What an organisation has out in a month, and the bonus, also by workshop and project [A3.5 M7.1a].

    name: "2026-11". For the monthly review: what is out is public, so every role may ask for every organisation.
    """
    ctx.require(READ)
    await organisations.get(ctx, organisation_id)
    first = date.fromisoformat(f"{name}-01")
    after = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    policy = rules.bonus_policy(ctx.regulation, on=first)
    rows = await queries.of_month(ctx, organisation_id, first, after)
    earned = [rules.bonus(row.happened_on, row.published_on, row.readings, policy) for row in rows]
    by_subject: dict[tuple[str, UUID], list[rules.Bonus]] = {}
    for row, one in zip(rows, earned, strict=True):
        if row.subject_id:
            by_subject.setdefault((row.subject_kind, row.subject_id), []).append(one)
    return PublicationMonth(
        organisation_id=organisation_id,
        month=name,
        count=len(rows),
        timely_count=sum(one.timely_points > 0 for one in earned),
        influential_count=sum(one.influential_points > 0 for one in earned),
        points=rules.monthly_points(earned, policy),
        points_monthly_max=policy.points_monthly_max,
        subjects=[
            PublicationSubject(
                subject_kind=SubjectKind(kind),
                subject_id=subject,
                count=len(some),
                points=rules.monthly_points(some, policy),
            )
            for (kind, subject), some in by_subject.items()
        ],
        items=[_earned(row, one) for row, one in zip(rows, earned, strict=True)],
    )


async def count_about(ctx: Context, subject_id: UUID, named: tuple[UUID, str], first: date, last: date) -> int:
    """How many items are out of a subject on days of a span, by whomever: the monthly review counts them [M7.1a].

    named: an organisation and the subject's name; its items that state no subject count where they name it.
    """
    ctx.require(READ)
    return await queries.count_about(ctx, subject_id, named, first, last)


def _earned(row: AnyRow, one: rules.Bonus) -> PublicationBonus:
    points = {"timely_points": one.timely_points, "influential_points": one.influential_points}
    return PublicationBonus.model_validate({**row._mapping, **points})  # noqa: SLF001 - a row's public view


async def place_of_new(ctx: Context, permission: Permission, organisation_id: UUID | None) -> Place:
    """Whose a new item is; NotPermitted where the caller hands in for somebody else."""
    ctx.require(permission)
    who = ctx.principal
    if reach_of(who, permission) is not Reach.SELF:
        place = Place(organisation_id or who.organisation_id)
    else:
        school = (await teachers.get(ctx, who.teacher_id)).school_id if who.teacher_id else None
        place = Place(organisation_id or school, who.teacher_id if organisation_id in {None, school} else None)
    ctx.require(permission, on=place)
    return place


async def _held(ctx: Context, publication_id: UUID, permission: Permission, version: int | None) -> AnyRow:
    """An item, locked, that the caller may move and has read last."""
    row = _found(await queries.by_id(ctx, publication_id, lock=True))
    ctx.require(permission, on=_place(row))
    check_version(row, version)
    return row


async def _answered(
    ctx: Context, publication_id: UUID, verb: str, version: int | None
) -> tuple[AnyRow, PublicationStatus]:
    """An item, held for somebody else than who handed it in, and the status the verb leads to."""
    ctx.require(PUBLISH)
    row = await _held(ctx, publication_id, PUBLISH, version)
    who = ctx.principal
    if who.account_id == row.asked_by or (row.teacher_id and who.teacher_id == row.teacher_id):
        message = "自己报送的信息须由另一人审核发布，换一项授权也不可以。"
        raise NotPermitted("SEPARATION_OF_DUTIES", message, permission=str(PUBLISH))
    return row, PUBLICATION_LIFECYCLE.move(PublicationStatus(row.status), verb)


async def _move_with_reason(
    ctx: Context, publication_id: UUID, verb: str, why: PublicationReason, *, version: int | None
) -> AnyRow:
    ctx.require(PUBLISH)
    row, status = await _answered(ctx, publication_id, verb, version)
    await queries.change(ctx, publication_id, _answer(ctx, status, why.reason))
    await _record(ctx, str(status), publication_id, _place(row), {})
    return _found(await queries.by_id(ctx, publication_id))


def _answer(ctx: Context, status: PublicationStatus, reason: str | None) -> dict[str, Any]:
    return {"status": str(status), "answered_by": ctx.principal.account_id, "answer_reason": reason}


def _check(ctx: Context, facts: Mapping[str, Any]) -> None:
    """Raise with every fault of an item at once."""
    found = rules.check_item(facts["happened_on"], facts["persons"], today=ctx.clock.today)
    faults = [ctx.fault(finding, pointer) for pointer, finding in found.items()]
    if facts["column_code"] not in {code.code for code in ctx.regulation.codes("publication_columns")}:
        message = "没有这个板块代码，见 /v1/reference-data/publication_columns"
        faults.append(FieldFault("/column_code", "CODE_UNKNOWN", message))
    if faults:
        raise Invalid("PUBLICATION_INVALID", "；".join(fault.message for fault in faults), errors=faults)


def _enforce(ctx: Context, found: Mapping[str, Finding]) -> None:
    """Raise RuleBroken with every finding, each at its own place."""
    if found:
        faults = [ctx.fault(finding, pointer) for pointer, finding in found.items()]
        raise RuleBroken("RULE_BROKEN", "；".join(fault.message for fault in faults), errors=faults)


def _stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Columns as they are stored: the days of consents as text."""
    if "persons" not in values:
        return dict(values)
    persons = [
        {"name": one["name"], "consented_on": str(one["consented_on"]) if one["consented_on"] else None}
        for one in values["persons"]
    ]
    return {**values, "persons": persons}


def _dated(persons: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Persons as stored, the days of consents as days again."""
    return [
        {**one, "consented_on": date.fromisoformat(one["consented_on"]) if one["consented_on"] else None}
        for one in persons
    ]


def _found(row: AnyRow | None) -> AnyRow:
    if row is None:
        raise NotFound
    return row


def _place(row: AnyRow) -> Place:
    return Place(row.organisation_id, row.teacher_id)


async def _record(ctx: Context, verb: str, publication_id: UUID, place: Place, facts: dict[str, Any]) -> None:
    await ctx.record(f"publication.{verb}", entity="publication", entity_id=publication_id, place=place, facts=facts)
