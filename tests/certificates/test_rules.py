"""Numbers and masked names."""

import pytest

from app.certificates import rules
from app.certificates.states import CertificateKind


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        pytest.param("李四", "李*", id="two characters"),
        pytest.param("张小三", "张*三", id="three characters"),
        pytest.param("欧阳娜娜", "欧**娜", id="four characters"),
        pytest.param("阿卜杜热合曼·买买提", "阿********提", id="a long name with a dot"),
        pytest.param("𠮷田", "𠮷*", id="a character beyond the basic plane"),
        pytest.param("王", "王*", id="one character"),
    ],
)
def test_public_name_shows_first_and_last_only(name: str, masked: str) -> None:
    assert rules.masked_name(name) == masked


@pytest.mark.parametrize(
    ("kind", "place", "number"),
    [
        (CertificateKind.HOURS, 1, "XSZM-2026-000001"),
        (CertificateKind.HOURS, 999_999, "XSZM-2026-999999"),
        (CertificateKind.APPOINTMENT, 17, "PS-2026-000017"),
        (CertificateKind.AWARD, 123, "RYZS-2026-000123"),
    ],
)
def test_number_has_letters_year_and_six_digits(kind: CertificateKind, place: int, number: str) -> None:
    assert rules.number_of(kind, 2026, place) == number
