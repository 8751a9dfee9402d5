"""Rules of 送教送培 over their boundaries; no database."""

from datetime import date

import pytest

from app.deliveries.rules import check_stage, check_year
from app.policy.load import Regulation

PACK = Regulation.load(("jiyuan_2022_109",))
ON = date(2026, 9, 1)
ALL = {"primary": 1, "junior_middle": 1, "preschool": 2}


@pytest.mark.clause("M4.3")
@pytest.mark.parametrize("stage", [one.code for one in PACK.codes("stages")])
def test_programmes_are_for_three_stages(stage: str) -> None:
    assert [one.rule for one in check_stage(PACK, stage, on=ON)] == ([] if stage in ALL else ["delivery.stage"])


@pytest.mark.clause("M4.3")
@pytest.mark.parametrize(
    ("programmes", "missing"),
    [
        (ALL, []),
        ({**ALL, "preschool": 0}, ["学前教育"]),
        ({"primary": 3}, ["普通初中", "学前教育"]),
        ({}, ["小学", "普通初中", "学前教育"]),
    ],
)
def test_every_stage_has_its_programme_in_a_year(programmes: dict[str, int], missing: list[str]) -> None:
    found = check_year(PACK, programmes, on=ON)
    assert [(one.rule, one.actual, one.required) for one in found] == [
        ("delivery.programme_missing", 0, 1) for _ in missing
    ]
    assert [one.message.partition("本年度")[0] for one in found] == missing
