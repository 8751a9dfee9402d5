"""Use cases that change certificates: issue, supersede, revoke, and what happens to the records behind them."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.certificates import printing, queries, rules
from app.certificates.states import CERTIFICATE_LIFECYCLE, TITLES, CertificateKind, CertificateStatus
from app.core.clock import CHINA
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, NotFound
from app.core.ids import new_id

TOKEN_BYTES = 16
TAKEN = ("CERTIFICATE_TAKEN", "同一证书刚被他人开具，请刷新后查看。")
explain(
    {
        "uq_certificates_valid_teacher": TAKEN,
        "uq_certificates_valid_organisation": TAKEN,
        "uq_certificates_previous": TAKEN,
        "ck_certificates_number_place": ("CERTIFICATE_NUMBERS_USED_UP", "本年度的证书编号已用完，请联系管理员。"),
    }
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A certificate to be issued, as the package above decides it.

    place: the organisation it belongs to and, where it is a person's, the teacher. permission: what the act needs.
    content: all that it says, decides whether anything is new; shown: what the public may see of it. records: ids of
    what it stands on; seal: the newest seal over them.
    """

    kind: CertificateKind
    permission: Permission
    place: Place
    period: str
    holder_name: str
    issuer: str
    content: dict[str, Any]
    shown: dict[str, Any]
    records: tuple[UUID, ...]
    page: printing.Page
    seal: dict[str, Any] | None = None


async def issue(ctx: Context, draft: Draft) -> AnyRow:
    """Issue a certificate 开具; the valid one again if it says the same, else a new edition that supersedes it."""
    ctx.require(draft.permission, on=draft.place)
    assert draft.place.organisation is not None  # noqa: S101 - every certificate belongs to an organisation
    place = (draft.place.organisation, draft.place.teacher)
    last = await queries.newest_edition(ctx, draft.kind, *place, draft.period)
    digest = _digest(draft)
    if last and last.status == CertificateStatus.VALID:
        if last.digest == digest:
            return last
        await _supersede(ctx, last)
    year = ctx.clock.today.year
    number_place = await queries.next_place(ctx, draft.kind, year)
    number, token = rules.number_of(draft.kind, year, number_place), secrets.token_urlsafe(TOKEN_BYTES)
    edition = last.edition + 1 if last else 1
    today = ctx.clock.today
    day = f"{today.year} 年 {today.month} 月 {today.day} 日"
    imprint = printing.Imprint(TITLES[draft.kind], number, edition, draft.issuer, day, token)
    pdf = await printing.render(draft.page, imprint)
    stored = await queries.add(
        ctx,
        {
            "id": new_id(),
            "kind": str(draft.kind),
            "number_year": year,
            "number_place": number_place,
            "number": number,
            "organisation_id": draft.place.organisation,
            "teacher_id": draft.place.teacher,
            "period": draft.period,
            "edition": edition,
            "previous_id": last.id if last else None,
            "holder_name": draft.holder_name,
            "issuer": draft.issuer,
            "content": draft.content,
            "shown": draft.shown,
            "stands_on": _stands_on(draft, digest),
            "digest": digest,
            "token": token,
            "pdf": pdf,
            "pdf_sha256": hashlib.sha256(pdf).digest(),
            "issued_on": today,
            "issued_by": ctx.principal.account_id,
            "policy_version": ctx.regulation.version,
        },
    )
    facts = {"kind": str(draft.kind), "number": number, "edition": edition}
    await ctx.record("certificate.issued", entity="certificate", entity_id=stored.id, place=draft.place, facts=facts)
    return stored


async def revoke(ctx: Context, certificate_id: UUID, reason: str) -> AnyRow:
    """Take a certificate back 撤销, with the reason; whoever verifies it is told so.

    A letter of appointment falls with the appointment, an honour with the award only: Conflict 409
    CERTIFICATE_STANDS_ON_DECISION.
    """
    ctx.require(Permission.CERTIFICATE_REVOKE)
    row = await _held(ctx, certificate_id)
    if row.kind in {CertificateKind.APPOINTMENT, CertificateKind.AWARD}:
        message = "聘书、荣誉证书随聘任、奖项的撤销失效，不能单独撤销。"
        raise Conflict("CERTIFICATE_STANDS_ON_DECISION", message, kind=row.kind)
    return await _revoke(ctx, row, reason)


async def take_back(ctx: Context, certificate_id: UUID, reason: str) -> AnyRow:
    """Revoke a certificate of any kind, for the package whose decision it stood on. [A7.11]"""
    ctx.require(Permission.CERTIFICATE_REVOKE)
    return await _revoke(ctx, await _held(ctx, certificate_id), reason)


async def _held(ctx: Context, certificate_id: UUID) -> AnyRow:
    row = await queries.by_id(ctx, certificate_id, lock=True)
    if row is None:
        raise NotFound
    ctx.require(Permission.CERTIFICATE_REVOKE, on=Place(row.organisation_id, row.teacher_id))
    return row


async def _revoke(ctx: Context, row: AnyRow, reason: str) -> AnyRow:
    status = CERTIFICATE_LIFECYCLE.move(CertificateStatus(row.status), "revoke")
    changed = await queries.change_status(ctx, row.id, status, reason)
    place, facts = Place(row.organisation_id, row.teacher_id), {"number": row.number}
    await ctx.record("certificate.revoked", entity="certificate", entity_id=row.id, place=place, facts=facts)
    return changed


@dataclass(frozen=True, slots=True)
class Change:
    """A record that certificates of a teacher and period may stand on has changed since.

    what: Chinese, for the public: no names, no numbers of persons.
    """

    teacher_id: UUID
    period: str
    record: UUID
    what: str


async def note_changes(ctx: Context, kind: CertificateKind, changes: Sequence[Change]) -> None:
    """Note changes on the valid certificates that stand on the records; verification shows them.

    The caller has asked for the right to change.
    """
    at = datetime.now(CHINA).isoformat(timespec="seconds")
    told = [
        {"teacher_id": one.teacher_id, "period": one.period, "place": place}
        | {"change": {"at": at, "record": str(one.record), "what": one.what}}
        for place, one in enumerate(changes)
    ]
    for row in await queries.note_changes(ctx, kind, told) if told else ():
        place = Place(row.organisation_id, row.teacher_id)
        facts = {"records": [change["record"] for change in row.changes]}
        await ctx.record("certificate.unsettled", entity="certificate", entity_id=row.id, place=place, facts=facts)


async def _supersede(ctx: Context, row: AnyRow) -> None:
    status = CERTIFICATE_LIFECYCLE.move(CertificateStatus(row.status), "supersede")
    await queries.change_status(ctx, row.id, status, None)
    place = Place(row.organisation_id, row.teacher_id)
    facts = {"number": row.number}
    await ctx.record("certificate.superseded", entity="certificate", entity_id=row.id, place=place, facts=facts)


def _digest(draft: Draft) -> bytes:
    """SHA-256 over all that the certificate says and the records it stands on."""
    said = {"content": draft.content, "issuer": draft.issuer, "records": [str(one) for one in draft.records]}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).digest()


def _stands_on(draft: Draft, digest: bytes) -> dict[str, Any]:
    return {"records": [str(one) for one in draft.records], "digest": digest.hex(), "seal": draft.seal}
