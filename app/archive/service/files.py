"""Use cases of files: hang on a record, look, open, hide. A file is seen exactly where its record is. [A5.10]"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.archive import queries, rules
from app.archive.states import FILES_MAX, GIB, SHARED_KINDS, SUFFIXES, Draft, FileLimits, Shelf, key_of
from app.core.db import AnyRow
from app.core.errors import Conflict, NotFound, TooLarge, Unavailable
from app.core.pages import Page, PageRequest
from app.core.versions import check_version

Seen = Callable[[Context, Sequence[UUID]], Awaitable[Sequence[object | None]]]
"""A domain's own way to look its records up: (n,) ids -> (n,), None where missing or not visible."""

_owners: dict[str, Seen] = {}


@dataclass(frozen=True, slots=True)
class Reference:
    """A record of another domain that files hang on, and the permission its domain asks for this act.

    The domain has looked the record up within the caller's scope. kind: lower snake case, listed in app/reactions.py.
    """

    kind: str
    id: UUID
    place: Place
    permission: Permission

    @property
    def owner(self) -> queries.Owner:
        """Kind and id."""
        return self.kind, self.id

    @property
    def reading(self) -> Place | None:
        """Whose the files are to read; None where having been shown the record is enough."""
        return None if self.kind in SHARED_KINDS else self.place


@dataclass(frozen=True, slots=True)
class Opened:
    """A file whose content may be given out; it is there."""

    row: AnyRow
    key: str


def install(owners: Mapping[str, Seen]) -> None:
    """Say which domain looks up which kind of record; the assembly does it once at start."""
    _owners.clear()
    _owners.update(owners)


async def attach(ctx: Context, reference: Reference, draft: Draft, limits: FileLimits) -> AnyRow:
    """Hang an upload on a record; the same content again is the same file, and nothing is written.

    Raises TooLarge 413 FILE_QUOTA_FULL, Conflict 409 FILES_TOO_MANY.
    """
    ctx.require(reference.permission, on=reference.place)
    who, organisation = ctx.principal, reference.place.organisation
    if organisation is None:
        message = "a record with files belongs to an organisation"
        raise ValueError(message)
    # Locked before the look: of two uploads of the same bytes at once, the second finds the first.
    used = await queries.lock_usage(ctx, who.account_id, organisation)
    known = await queries.same_content(ctx, reference.owner, draft.sha256)
    if known is not None:
        return known
    _check_quota(draft, used, limits)
    if await queries.count(ctx, reference.owner) >= FILES_MAX:
        message = f"一条记录最多 {FILES_MAX} 个文件。请合并后再上传。"
        raise Conflict("FILES_TOO_MANY", message, max=FILES_MAX)
    row = await queries.add(
        ctx,
        {
            "id": draft.id,
            "owner_kind": reference.kind,
            "owner_id": reference.id,
            "organisation_id": organisation,
            "teacher_id": reference.place.teacher,
            "name": rules.clean_name(draft.filename, SUFFIXES[draft.media_type]),
            "media_type": str(draft.media_type),
            "size_bytes": draft.size_bytes,
            "sha256": draft.sha256,
            "uploaded_by": who.account_id,
            "uploaded_as": str(who.role),
        },
    )
    draft.is_kept = True
    await _record(ctx, "attached", row, {"size_bytes": row.size_bytes, "media_type": row.media_type})
    return row


async def find(ctx: Context, reference: Reference, request: PageRequest) -> Page[AnyRow]:
    """Files of a record, oldest first; hidden ones too, without their content."""
    ctx.require(reference.permission, on=reference.reading)
    return await queries.page(ctx, reference.owner, request)


async def packable(ctx: Context, reference: Reference) -> Sequence[AnyRow]:
    """All files of a record, for one zip."""
    ctx.require(reference.permission, on=reference.reading)
    return await queries.of_owner(ctx, reference.owner, FILES_MAX)


async def packable_of(ctx: Context, references: Sequence[Reference]) -> Sequence[AnyRow]:
    """All files of records of one kind, for one zip, record by record."""
    for one in references:
        ctx.require(one.permission, on=one.place)
    if not references:
        return []
    found = await queries.of_owners(ctx, references[0].kind, [one.id for one in references], FILES_MAX)
    return [file for one in references for file in found[one.id]]


async def of_records(ctx: Context, kind: str, ids: Sequence[UUID], limit: int) -> list[list[AnyRow]]:
    """The first files of each record (n,) -> (n,); the caller's domain says which of them it lets through."""
    ctx.require(Permission.FILE_READ)
    found = await queries.of_owners(ctx, kind, ids, limit)
    seen = await _visible(ctx, kind, [one for one, files in found.items() if files])
    return [found[one] if one in seen else [] for one in ids]


async def get(ctx: Context, file_id: UUID) -> AnyRow:
    """One file; NotFound where its record is outside the scope."""
    ctx.require(Permission.FILE_READ)
    return await _one(ctx, file_id)


async def get_many(ctx: Context, ids: Sequence[UUID]) -> list[AnyRow | None]:
    """Files (n,) -> rows (n,), None where missing or where the record is outside the scope."""
    ctx.require(Permission.FILE_READ)
    rows = await queries.by_ids(ctx, ids)
    seen: set[tuple[str, UUID]] = set()
    for kind in {row.owner_kind for row in rows if row}:
        owners = [row.owner_id for row in rows if row and row.owner_kind == kind]
        seen |= {(kind, one) for one in await _visible(ctx, kind, owners)}
    return [row if row and (row.owner_kind, row.owner_id) in seen else None for row in rows]


async def opened(ctx: Context, file_id: UUID, shelf: Shelf) -> Opened:
    """A file to be sent. Raises Conflict 409 FILE_HIDDEN, Unavailable 503 FILE_MISSING."""
    ctx.require(Permission.FILE_READ)
    row = await _one(ctx, file_id)
    if row.hidden_at is not None:
        raise Conflict("FILE_HIDDEN", f"该文件已隐藏，不再提供内容。理由：{row.hidden_reason}")
    key = key_of(row.region_id, row.id, row.sha256)
    if await asyncio.to_thread(shelf.storage.size, key) != row.size_bytes:
        message = "文件内容暂时无法读取。请稍后再试，并告知管理员运行 shixun doctor 检查存储。"
        raise Unavailable("FILE_MISSING", message, retry_after=60)
    return Opened(row, key)


async def hide(ctx: Context, file_id: UUID, reason: str, *, version: int | None) -> AnyRow:
    """Hide a file with a reason; the row and the bytes stay. Raises Conflict 409 FILE_ALREADY_HIDDEN."""
    ctx.require(Permission.FILE_HIDE)
    row = await _one(ctx, file_id, lock=True)
    ctx.require(Permission.FILE_HIDE, on=Place(row.organisation_id, row.teacher_id))
    check_version(row, version)
    if row.hidden_at is not None:
        raise Conflict("FILE_ALREADY_HIDDEN", "该文件已经隐藏，无需再次办理。")
    hidden = await queries.hide(ctx, file_id, reason)
    await _record(ctx, "hidden", hidden, {"reason": reason})
    return hidden


async def _one(ctx: Context, file_id: UUID, *, lock: bool = False) -> AnyRow:
    row = await queries.by_id(ctx, file_id, lock=lock)
    if row is None or not await _visible(ctx, row.owner_kind, [row.owner_id]):
        raise NotFound
    return row


async def _visible(ctx: Context, kind: str, ids: Sequence[UUID]) -> set[UUID]:
    """Those records their own domain lets the caller see; a kind that no domain answers for is seen by nobody."""
    if kind not in _owners or not ids:
        return set()
    wanted = list(dict.fromkeys(ids))
    return {one for one, found in zip(wanted, await _owners[kind](ctx, wanted), strict=True) if found is not None}


def _check_quota(draft: Draft, used: tuple[int, int], limits: FileLimits) -> None:
    for name, have, most in (("本人", used[0], limits.person), ("该单位", used[1], limits.organisation)):
        if have + draft.size_bytes > most:
            message = f"{name}的档案空间已用 {have / GIB:.2f} GiB，上限 {most / GIB:.2f} GiB，放不下这个文件。"
            raise TooLarge(
                "FILE_QUOTA_FULL", f"{message}请压缩后再上传，或请管理员调整上限。", used_bytes=have, max_bytes=most
            )


async def _record(ctx: Context, act: str, row: AnyRow, facts: dict[str, object]) -> None:
    place = Place(row.organisation_id, row.teacher_id)
    facts = facts | {"owner_kind": row.owner_kind, "owner_id": str(row.owner_id), "sha256": row.sha256.hex()}
    await ctx.record(f"file.{act}", entity="file", entity_id=row.id, place=place, facts=facts)
