"""The use case of everybody: verify a certificate by the code printed on it 公开核验."""

from app.accounts.entry import Entrance
from app.certificates import queries, rules
from app.certificates.schemas import Verification
from app.certificates.states import STATUS_TITLES, TITLES, CertificateKind, CertificateStatus
from app.core.clock import CHINA
from app.core.db import AnyRow
from app.core.errors import NotFound

LIMIT = "verification"
_HINTS = {
    CertificateStatus.VALID: "本证书有效。请核对纸面上的编号、合计与此处一致；出具日之后新增的内容不在其内。",
    CertificateStatus.SUPERSEDED: "本证书已被新版本替代，请以持有人的新版本为准。",
    CertificateStatus.REVOKED: "本证书已被出具单位撤销，不再作为凭证。",
}
_CHANGED = "出具之后，所依据的记录有变动，纸面上的数字可能不再准确，请持有人重新开具后再核验。"


async def verify(entrance: Entrance, token: str, *, address: str | None) -> Verification:
    """What anyone may learn of a certificate by its token; NotFound where nobody was given it.

    address: whose calls are counted (30 a minute).
    """
    entrance.limits.take(LIMIT, address or "")
    async with entrance.database.begin() as db:
        region_id = await queries.region_of_token(db, token)
    if region_id is None:
        raise NotFound("CERTIFICATE_UNKNOWN", "没有这个核验码。请核对网址是否完整，或重新扫描二维码。")
    async with entrance.database.begin(region_id) as db:
        return _shown(await queries.by_token(db, region_id, token))


def _shown(row: AnyRow) -> Verification:
    status = CertificateStatus(row.status)
    doubtful = row.is_changed_after and status is CertificateStatus.VALID
    return Verification.model_validate(
        {
            "kind": row.kind,
            "title": TITLES[CertificateKind(row.kind)],
            "number": row.number,
            "edition": row.edition,
            "status": status,
            "status_title": STATUS_TITLES[status],
            "status_changed_on": row.status_changed_at and row.status_changed_at.astimezone(CHINA).date(),
            "name_masked": rules.masked_name(row.holder_name),
            "issuer": row.issuer,
            "issued_on": row.issued_on,
            "period": row.period,
            "content": row.shown,
            "stands_on": {**row.stands_on, "records": len(row.stands_on["records"])},
            "is_changed_after": row.is_changed_after,
            "changes": [{"on": one["at"][:10], "what": one["what"]} for one in row.changes],
            "hint": _CHANGED if doubtful else _HINTS[status],
            "pdf_sha256": row.pdf_sha256,
        }
    )
