"""Kinds of certificates, their numbers and their life 证书."""

from enum import StrEnum
from types import MappingProxyType

from app.core.lifecycle import Lifecycle, Move


class CertificateKind(StrEnum):
    """Kinds of certificates 证书种类: 学时证明, 聘书, 荣誉证书, 结业证书."""

    HOURS = "hours"
    APPOINTMENT = "appointment"
    AWARD = "award"
    COMPLETION = "completion"


class CertificateStatus(StrEnum):
    """What a certificate is worth 证书状态: 有效, 已被新版本替代, 已撤销."""

    VALID = "valid"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


TITLES = MappingProxyType(
    {
        CertificateKind.HOURS: "学时证明",
        CertificateKind.APPOINTMENT: "聘书",
        CertificateKind.AWARD: "荣誉证书",
        CertificateKind.COMPLETION: "结业证书",
    }
)
PREFIXES = MappingProxyType(
    {
        CertificateKind.HOURS: "XSZM",
        CertificateKind.APPOINTMENT: "PS",
        CertificateKind.AWARD: "RYZS",
        CertificateKind.COMPLETION: "JYZS",
    }
)
"""Kind -> the letters its numbers begin with."""

NUMBER_DIGITS = 6
STATUS_TITLES = MappingProxyType(
    {
        CertificateStatus.VALID: "有效",
        CertificateStatus.SUPERSEDED: "已被新版本替代",
        CertificateStatus.REVOKED: "已撤销",
    }
)
CERTIFICATE_LIFECYCLE = Lifecycle(
    name="certificate",
    title="证书",
    moves={
        "supersede": Move(
            frozenset({CertificateStatus.VALID}), CertificateStatus.SUPERSEDED, "certificate.issue_hours"
        ),
        "revoke": Move(frozenset({CertificateStatus.VALID}), CertificateStatus.REVOKED, "certificate.revoke"),
    },
)
