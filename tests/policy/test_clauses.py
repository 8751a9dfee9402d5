"""The list of clauses without code or test, and the generated table of values."""

from pathlib import Path

import pytest

from app.policy.clauses import coverage, rules_markdown, uncovered
from app.policy.load import PACKS, Regulation

PACK = Regulation.load(("jiyuan_2022_109",))
ROOT = PACKS.parents[2]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A product that cites some clauses and a test that proves two."""
    (tmp_path / "app").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "app" / "rules.py").write_text(
        '"""Six hours a day [A6.13c] and [A6.4 A6.5a]."""\nX = "A7.5"\n', "utf-8"
    )
    (tmp_path / "app" / "x.toml").write_text('clause = "A5.7.1"\n', "utf-8")
    (tmp_path / "app" / "clauses.toml").write_text('id = "A7.6"\n', "utf-8")
    marker = "clause"  # written apart, so that this file itself does not count as the proof
    test = f'@pytest.mark.{marker}("A6.13c",\n    "A7.6")\ndef test_x() -> None: ...\n# [A6.4] alone proves nothing\n'
    (tmp_path / "tests" / "test_x.py").write_text(test, "utf-8")
    return tmp_path


def test_clause_is_cited_in_brackets_in_quotes_or_in_data(tree: Path) -> None:
    cited = {row.id for row in coverage(tree, PACK) if row.has_code or row.has_data}
    assert cited == {"A6.13c", "A6.4", "A6.5a", "A7.5", "A5.7.1"}


def test_clause_is_proved_by_the_marker_only(tree: Path) -> None:
    assert {row.id for row in coverage(tree, PACK) if row.has_test} == {"A6.13c", "A7.6"}


def test_uncovered_leaves_out_what_has_both(tree: Path) -> None:
    rows = uncovered(tree, PACK)
    assert len(rows) == len(PACK.clauses) - 1
    assert "A6.13c" not in {row.id for row in rows}


def test_binding_clauses_are_rules_figures_rubrics_and_codes(tree: Path) -> None:
    kinds = {row.kind for row in coverage(tree, PACK) if row.binding}
    assert kinds == {"rule", "figure", "rubric", "codes"}


def test_figures_rubrics_and_codes_are_covered_by_the_pack_itself() -> None:
    open_ones = [row.id for row in uncovered(ROOT, PACK) if row.kind in {"figure", "rubric", "codes"}]
    assert open_ones == []


def test_table_of_values_has_a_row_for_each_and_is_always_the_same() -> None:
    text = rules_markdown(PACK)
    assert text == rules_markdown(PACK)
    assert text.count("\n| `") == len(PACK.params())
    share = "| `workshops.own_unit_core_share_max` | 20% | share | 必须 | 2022-08-01 | A6.5b 附件6 第五条 | "
    assert f"{share}“不得超过团队总数的 20%”；" in text
    assert "| `hours.cycle.total` | 360 | hours | 必须 | 2022-08-01 | 文外 | external: 教师〔2011〕1号" in text
