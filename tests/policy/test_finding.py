"""Findings as they stand on records and in answers."""

from datetime import date
from decimal import Decimal

import pytest

from app.policy.finding import Finding, Severity
from app.policy.load import Regulation, UnknownName

PACK = Regulation.load(("jiyuan_2022_109",))


def over_cap() -> Finding:
    """Forty-two claimed hours of a workshop."""
    return Finding(
        rule="hours.yearly_cap",
        severity=Severity.ADVISE,
        clause="A6.13c",
        message="本学年工作坊学时合计 42，计入 40。",
        actual=Decimal("42.0"),
        required=Decimal(40),
    )


def test_json_of_a_finding_holds_plain_numbers() -> None:
    assert over_cap().as_json() == {
        "rule": "hours.yearly_cap",
        "severity": "advise",
        "clause": "A6.13c",
        "message": "本学年工作坊学时合计 42，计入 40。",
        "actual": 42,
        "required": 40,
        "waivable": False,
    }


def test_half_hours_and_days_survive_json() -> None:
    finding = Finding("x.y", Severity.MUST, None, "", actual=Decimal("5.5"), required=date(2022, 9, 4))
    assert finding.as_json()["actual"] == 5.5
    assert finding.as_json()["required"] == "2022-09-04"


def test_describe_adds_the_reference_people_cite() -> None:
    assert PACK.describe(over_cap())["reference"] == "附件6 第十三条"


def test_describe_of_a_finding_from_outside_the_text_has_no_reference() -> None:
    assert PACK.describe(Finding("x.y", Severity.MUST, None, ""))["reference"] is None


def test_unknown_clause_is_refused_with_the_nearest_ids() -> None:
    with pytest.raises(UnknownName) as refused:
        PACK.clause_reference("A6.13x")
    assert "A6.13c" in refused.value.nearest
