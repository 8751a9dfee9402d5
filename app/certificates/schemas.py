"""Certificates as clients and the public get them 证书."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field

from app.certificates.states import CertificateKind, CertificateStatus
from app.core import address
from app.core.schemas import Input, Moment, Note, Output, Resource


def _verification_url(token: str) -> str:
    return token if "/" in token else address.verification_url(token)


class CertificateRevocation(Input):
    """Why a certificate is taken back 撤销理由."""

    reason: Note


class StandsOn(Output):
    """The records a certificate stands on 所依据的记录."""

    records: list[UUID]
    digest: str = Field(description="所依据内容的 SHA-256（十六进制）")
    seal: dict[str, Any] | None = Field(description="覆盖这些记录的最新封存；尚未封存时为 null")


class CertificateChange(Output):
    """What happened to a record after the certificate was issued 出具后的变动."""

    at: Moment
    record: UUID
    what: str


class Certificate(Resource):
    """One edition of a certificate 证书：内容不再改变，只有状态会变."""

    kind: CertificateKind
    number: str
    edition: int = Field(description="版次；重新开具后加一，旧版作废")
    previous_id: UUID | None
    organisation_id: UUID
    teacher_id: UUID | None
    holder_name: str
    issuer: str
    period: str = Field(description="所属期间，如学年")
    content: dict[str, Any] = Field(description="证书所载内容，随种类而定")
    stands_on: StandsOn
    is_changed_after: bool = Field(description="出具后，所依据的记录有过变动")
    changes: list[CertificateChange]
    status: CertificateStatus
    status_reason: str | None
    status_changed_at: Moment | None
    issued_on: date
    issued_by: UUID
    policy_version: str
    pdf_sha256: str
    verification_url: Annotated[str, BeforeValidator(_verification_url)] = Field(
        validation_alias="token", description="公开核验地址，与二维码相同"
    )


class VerifiedBasis(Output):
    """What a certificate stands on, as the public sees it 核验：依据."""

    records: int = Field(description="所依据的记录条数")
    digest: str
    seal: dict[str, Any] | None


class VerifiedChange(Output):
    """A change after the day of issue, as the public sees it 核验：变动."""

    on: date
    what: str


class Verification(Output):
    """What anyone may learn of a certificate by its code 公开核验结果."""

    kind: CertificateKind
    title: str
    number: str
    edition: int
    status: CertificateStatus
    status_title: str
    status_changed_on: date | None
    name_masked: str = Field(description="姓名，如 张*三")
    issuer: str
    issued_on: date
    period: str
    content: dict[str, Any] = Field(description="可公开的内容：合计与分类学时")
    stands_on: VerifiedBasis
    is_changed_after: bool
    changes: list[VerifiedChange]
    hint: str = Field(description="给核验人的一句话")
    pdf_sha256: str = Field(description="电子版 PDF 的 SHA-256，可与手中的文件比对")
