"""Tables of certificates: what was issued stays as it was, only its standing moves.

The PDF lies in the row: it is made in the transaction of its number, is small (some 50 KB), and one dump of the
database then holds every certificate with its proof.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.certificates.states import NUMBER_DIGITS, PREFIXES, CertificateKind, CertificateStatus
from app.core.db import Base, RegionRow, region_reference

KINDS = ", ".join(repr(str(kind)) for kind in CertificateKind)
STATUSES = ", ".join(repr(str(status)) for status in CertificateStatus)
NUMBERS = " OR ".join(
    f"(kind = '{kind}' AND number = '{prefix}-' || number_year || '-'"
    f" || lpad(number_place::text, {NUMBER_DIGITS}, '0'))"
    for kind, prefix in PREFIXES.items()
)
PDF_BYTES_MAX = 2 * 1024**2


class Certificate(RegionRow, Base):
    """One edition of a certificate 证书. Only status, its reason and the changes of what it stands on ever move.

    period: what time it is about, as its kind names it (hours: the school year). content: all that it says. shown:
    what the public may see of that. stands_on: the records behind it. changes: what happened to those afterwards.
    """

    __tablename__ = "certificates"
    kind: Mapped[str]
    number_year: Mapped[int]
    number_place: Mapped[int]
    number: Mapped[str]
    organisation_id: Mapped[UUID]
    teacher_id: Mapped[UUID | None]
    period: Mapped[str]
    edition: Mapped[int]
    previous_id: Mapped[UUID | None]
    holder_name: Mapped[str]
    issuer: Mapped[str]
    content: Mapped[dict[str, Any]]
    shown: Mapped[dict[str, Any]]
    stands_on: Mapped[dict[str, Any]]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    token: Mapped[str]
    pdf: Mapped[bytes] = mapped_column(LargeBinary)
    pdf_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    issued_on: Mapped[date]
    issued_by: Mapped[UUID]
    policy_version: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=text("'valid'"))
    status_reason: Mapped[str | None]
    status_changed_at: Mapped[datetime | None]
    status_changed_by: Mapped[UUID | None]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))

    __table_args__ = (
        region_reference("organisation_id", "organisations"),
        region_reference("teacher_id", "teachers"),
        region_reference("previous_id", "certificates"),
        UniqueConstraint("region_id", "kind", "number_year", "number_place", name="uq_certificates_place"),
        UniqueConstraint("region_id", "number", name="uq_certificates_number"),
        UniqueConstraint("region_id", "token", name="uq_certificates_token"),
        UniqueConstraint("region_id", "previous_id", name="uq_certificates_previous"),
        CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        CheckConstraint(f"status IN ({STATUSES})", name="status"),
        CheckConstraint("number_year BETWEEN 2022 AND 9999", name="number_year"),
        CheckConstraint(f"number_place BETWEEN 1 AND {10**NUMBER_DIGITS - 1}", name="number_place"),
        CheckConstraint(NUMBERS, name="number"),
        CheckConstraint("length(period) BETWEEN 1 AND 50", name="period"),
        CheckConstraint("(edition = 1) = (previous_id IS NULL) AND edition >= 1", name="edition"),
        CheckConstraint("token ~ '^[A-Za-z0-9_-]{22}$'", name="token"),
        CheckConstraint("octet_length(digest) = 32", name="digest"),
        CheckConstraint(f"octet_length(pdf) BETWEEN 1 AND {PDF_BYTES_MAX}", name="pdf"),
        CheckConstraint("pdf_sha256 = sha256(pdf)", name="pdf_sha256"),
        CheckConstraint(
            "(status = 'valid') = (status_changed_at IS NULL)"
            " AND (status_changed_at IS NULL) = (status_changed_by IS NULL)",
            name="status_change",
        ),
        CheckConstraint("status <> 'revoked' OR length(status_reason) > 0", name="revocation_reason"),
        CheckConstraint("jsonb_typeof(changes) = 'array'", name="changes"),
        Index(
            "uq_certificates_valid_teacher",
            "region_id",
            "kind",
            "teacher_id",
            "period",
            unique=True,
            postgresql_where=text("status = 'valid' AND teacher_id IS NOT NULL"),
        ),
        Index(
            "uq_certificates_valid_organisation",
            "region_id",
            "kind",
            "organisation_id",
            "period",
            unique=True,
            postgresql_where=text("status = 'valid' AND teacher_id IS NULL"),
        ),
        Index("ix_certificates_organisation", "region_id", "organisation_id", "id"),
        Index("ix_certificates_teacher", "region_id", "teacher_id", "id"),
    )


class CertificateCounter(Base):
    """The last number given out of a kind in a year; its row lock is the queue in front of the next one."""

    __tablename__ = "certificate_counters"
    region_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    last: Mapped[int]

    __table_args__ = (
        CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        CheckConstraint("last >= 1", name="last"),
    )


class VerificationToken(Base):
    """Which region a token belongs to: who verifies names no region. Only the hash stands outside of the wall."""

    __tablename__ = "verification_tokens"
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    region_id: Mapped[int]

    __table_args__ = (CheckConstraint("octet_length(token_hash) = 32", name="token_hash"),)
