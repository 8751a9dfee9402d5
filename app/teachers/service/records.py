"""Use cases of teachers' records: list, read, add, correct, contact data, and one full number at a time."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from pydantic import SecretStr

from app.access.context import Context
from app.access.permissions import Permission
from app.access.reactions import happened
from app.core.batch.people import tidy_name
from app.core.db import AnyRow
from app.core.errors import FieldFault, NotFound
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.policy.finding import Finding
from app.teachers import rules
from app.teachers.queries import employments
from app.teachers.queries import records as queries
from app.teachers.queries.records import TeacherFilter
from app.teachers.schemas import (
    ContactPatch,
    TeacherCreate,
    TeacherFacts,
    TeacherPatch,
    Unmask,
    Unmasked,
    stored_honours,
)
from app.teachers.service import checks, numbers
from app.teachers.states import IdType, SecretField, Sex

_IDENTITY = frozenset({"id_number", "id_type", "birth_date", "sex"})
_ROSTER = ("stage", "subject")


async def find(ctx: Context, request: PageRequest, wanted: TeacherFilter) -> Page[AnyRow]:
    """A page of teachers."""
    ctx.require(Permission.TEACHER_READ)
    text = tidy_name(wanted.text) if wanted.text else None
    return await queries.page(ctx, request, replace(wanted, text=text or None))


async def get(ctx: Context, teacher_id: UUID) -> AnyRow:
    """One teacher; NotFound outside the scope."""
    ctx.require(Permission.TEACHER_READ)
    return checks.found(await queries.by_id(ctx, teacher_id))


async def get_many(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow]:
    """Teachers (n,) -> rows (n,), same order; NotFound naming all that are missing."""
    ctx.require(Permission.TEACHER_READ)
    rows = await queries.by_ids(ctx, ids)
    missing = [str(one) for one, row in zip(ids, rows, strict=True) if row is None]
    if missing:
        raise NotFound(detail=f"有 {len(missing)} 位教师未找到，或不在您的管理范围内，见 missing。", missing=missing)
    return [row for row in rows if row is not None]


async def history(ctx: Context, teacher_id: UUID) -> Sequence[AnyRow]:
    """The spells of one teacher, newest first; NotFound outside the scope."""
    ctx.require(Permission.TEACHER_READ)
    checks.found(await queries.by_id(ctx, teacher_id))
    return await employments.employments(ctx, teacher_id)


async def create(ctx: Context, new: TeacherCreate) -> AnyRow:
    """Add a teacher with the first spell and the claim on the identity number 新增教师."""
    target = await checks.employer(ctx, new.school_id, Permission.TEACHER_CHANGE, pointer="/school_id")
    starts_on = new.starts_on or ctx.clock.today
    facts = new.model_dump(exclude={"id_number", "mobile", "starts_on"}) | {"honours": stored_honours(new.honours)}
    number, mobile = numbers.canonical(new.id_number), _mobile(new.mobile)
    checked = _check_facts(ctx, facts | {"starts_on": starts_on}, number, mobile)
    advice = checks.refuse(ctx, checked | {"/school_id": rules.check_target(target)}, checks.unknown_codes(ctx, facts))
    teacher_id = new_id()
    sealed = numbers.sealed_id(teacher_id, new.id_type, number) | numbers.sealed_mobile(teacher_id, mobile)
    row = await queries.create(ctx, {"id": teacher_id, **facts, **sealed})
    await employments.open_spell(
        ctx, teacher_id, school_id=new.school_id, is_on_post=new.is_on_post, starts_on=starts_on
    )
    await happened(ctx, "roster.changed", teacher_ids=(teacher_id,), school_ids=(new.school_id,), since=starts_on)
    await _record(ctx, "teacher.created", row, findings=advice)
    return row


async def change(ctx: Context, teacher_id: UUID, patch: TeacherPatch, *, version: int | None) -> AnyRow:
    """Correct facts of a teacher 修改教师; who may see the full identity number may correct it."""
    row = await checks.held(ctx, teacher_id, Permission.TEACHER_CHANGE, version=version)
    checks.refuse_merged(row)
    changes = patch.changes()
    if not changes:
        return row
    if changes.keys() & {"id_number", "id_type"}:
        ctx.require(Permission.TEACHER_UNMASK, on=checks.place_of(row))
    number, mobile, advice = await _sound(ctx, row, patch, mobile=patch.mobile)
    changed = await queries.change(ctx, teacher_id, await _columns(ctx, row, changes, number, mobile))
    if any(name in changes and changes[name] != getattr(row, name) for name in _ROSTER):
        first_day, school_ids = await employments.places(ctx, teacher_id)
        await happened(ctx, "roster.changed", teacher_ids=(teacher_id,), school_ids=school_ids, since=first_day)
    await _record(ctx, "teacher.changed", changed, facts={"fields": sorted(changes)}, findings=advice)
    return changed


async def check_own(
    ctx: Context, facts: TeacherFacts, *, also: checks.Found, permission: Permission, version: int | None
) -> AnyRow:
    """The caller's own record, held, once `facts` would pass as a change of it; nothing is stored.

    A fact that the record says already is a fault too. also: what else the caller has found.
    """
    ctx.require(permission)
    if ctx.principal.teacher_id is None:
        raise NotFound
    row = await checks.held(ctx, ctx.principal.teacher_id, permission, version=version)
    checks.refuse_merged(row)
    changes = facts.changes()
    same = [name for name, value in changes.items() if name != "id_number" and value == getattr(row, name)]
    if "id_number" in changes and await _holds_number(ctx, row, facts):
        same.append("id_number")
    faults = [FieldFault(f"/{name}", "FACT_UNCHANGED", "与档案现有内容相同") for name in same]
    await _sound(ctx, row, facts, also=also, faults=faults)
    return row


async def change_contact(ctx: Context, patch: ContactPatch, *, version: int | None) -> AnyRow:
    """A teacher's own mobile number 修改本人联系方式."""
    ctx.require(Permission.TEACHER_CHANGE_CONTACT)
    if ctx.principal.teacher_id is None:
        raise NotFound
    row = await checks.held(ctx, ctx.principal.teacher_id, Permission.TEACHER_CHANGE_CONTACT, version=version)
    checks.refuse_merged(row)
    mobile = _mobile(patch.mobile)
    checks.refuse(ctx, {"/mobile": rules.check_mobile(mobile) if mobile is not None else []})
    changed = await queries.change(ctx, row.id, numbers.sealed_mobile(row.id, mobile))
    await _record(ctx, "teacher.contact_changed", changed, facts={"fields": ["mobile"]})
    return changed


async def unmask(ctx: Context, teacher_id: UUID, request: Unmask) -> Unmasked:
    """One full number of one teacher, with the reason on the audit log; the value itself is written nowhere."""
    ctx.require(Permission.TEACHER_UNMASK)
    row = checks.found(await queries.by_id(ctx, teacher_id))
    ctx.require(Permission.TEACHER_UNMASK, on=checks.place_of(row))
    checks.refuse(ctx, {"/reason": rules.check_reason(request.reason)})
    sealed = await queries.secrets(ctx, teacher_id)
    if request.field is SecretField.ID_NUMBER:
        value = numbers.opened_id(teacher_id, sealed.id_number)
    elif sealed.mobile is not None:
        value = numbers.opened_mobile(teacher_id, sealed.mobile)
    else:
        raise NotFound("MOBILE_NOT_SET", "这位教师没有登记手机号码。")
    facts = {"field": str(request.field), "reason": request.reason}
    await _record(ctx, "teacher.unmasked", row, facts=facts, channel="audit")
    return Unmasked(teacher_id=teacher_id, field=request.field, value=value)


async def _sound(
    ctx: Context,
    row: AnyRow,
    patch: TeacherFacts,
    *,
    mobile: SecretStr | None = None,
    also: checks.Found | None = None,
    faults: Sequence[FieldFault] = (),
) -> tuple[str | None, str | None, list[Finding]]:
    """The numbers as they will be, and what is advised; Invalid with everything that speaks against the change."""
    changes = patch.changes()
    number = await _number(ctx, row.id, patch) if changes.keys() & _IDENTITY else None
    plain = _mobile(mobile)
    checked = {**_check_changes(ctx, row._asdict() | changes, changes, number, plain), **(also or {})}
    return number, plain, checks.refuse(ctx, checked, [*faults, *checks.unknown_codes(ctx, changes)])


async def _holds_number(ctx: Context, row: AnyRow, facts: TeacherFacts) -> bool:
    """Whether the record holds this document already."""
    id_type = IdType(facts.changes().get("id_type", row.id_type))
    index = numbers.index_of(id_type, numbers.canonical(facts.id_number))
    return bool(index == (await queries.secrets(ctx, row.id)).id_number_index)


def _mobile(secret: SecretStr | None) -> str | None:
    return None if secret is None else numbers.canonical(secret)


def _identity(facts: checks.Facts, number: str) -> rules.Identity:
    return rules.Identity(IdType(facts["id_type"]), number, facts["birth_date"], Sex(facts["sex"]))


def _check_facts(ctx: Context, facts: checks.Facts, number: str, mobile: str | None) -> dict[str, Sequence[Finding]]:
    today = ctx.clock.today
    return {
        "/staff_no": rules.check_staff_no(facts["staff_no"]),
        "/id_number": rules.check_identity(_identity(facts, number), on=today),
        "/birth_date": rules.check_age(facts["birth_date"], on=today),
        "/mobile": rules.check_mobile(mobile) if mobile is not None else [],
        **checks.check_days(facts, on=today),
    }


def _check_changes(
    ctx: Context, facts: checks.Facts, changes: checks.Facts, number: str | None, mobile: str | None
) -> dict[str, Sequence[Finding]]:
    """Only what the change touches: an old fault elsewhere in the record does not stop a correction."""
    today = ctx.clock.today
    checked: dict[str, Sequence[Finding]] = {}
    if number is not None:
        checked["/id_number"] = rules.check_identity(_identity(facts, number), on=today)
    if "birth_date" in changes:
        checked["/birth_date"] = rules.check_age(facts["birth_date"], on=today)
    if mobile is not None:
        checked["/mobile"] = rules.check_mobile(mobile)
    if changes.keys() & {"birth_date", "honours", "joined_profession_on"}:
        checked |= checks.check_days(facts, on=today)
    return checked


async def _number(ctx: Context, teacher_id: UUID, patch: TeacherFacts) -> str:
    """The identity number as it will be: the corrected one, or the one on record."""
    if "id_number" in patch.model_fields_set:
        return numbers.canonical(patch.id_number)
    return numbers.opened_id(teacher_id, (await queries.secrets(ctx, teacher_id)).id_number)


async def _columns(
    ctx: Context, row: AnyRow, changes: checks.Facts, number: str | None, mobile: str | None
) -> dict[str, Any]:
    """The columns to store; a corrected identity number is claimed for the nation."""
    values = {name: value for name, value in changes.items() if name not in {"id_number", "mobile"}}
    if "mobile" in changes:
        values |= numbers.sealed_mobile(row.id, mobile)
    if number is not None and changes.keys() & {"id_number", "id_type"}:
        sealed = numbers.sealed_id(row.id, IdType(changes.get("id_type", row.id_type)), number)
        if sealed["id_number_index"] != (await queries.secrets(ctx, row.id)).id_number_index:
            await queries.release_number(ctx, row.id)
            await queries.claim_number(ctx, row.id, sealed["id_number_index"])
        values |= sealed
    return values


async def _record(ctx: Context, kind: str, row: AnyRow, **event: Any) -> None:
    await ctx.record(kind, entity="teacher", entity_id=row.id, place=checks.place_of(row), **event)
