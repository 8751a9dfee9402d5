"""Rules of the leading group and of the experts, over their boundaries; no database."""

from datetime import date

import pytest

from app.policy.load import Regulation
from app.steering.rules import Engaged, Holder, check_group, coverage, posts_of
from app.steering.states import HolderRank, LeadingGroupKind

PACK = Regulation.load(("jiyuan_2022_109",))
ON = date(2026, 11, 23)
GROUP = LeadingGroupKind.LEADING_GROUP
POSTS = [one.code for one in PACK.codes("leading_group_posts")]


def whole() -> list[Holder]:
    """Everybody the regulation asks for, in post."""
    ranks = {"deputy": HolderRank.DEPUTY}
    group = [Holder(GROUP, post, ranks.get(post, HolderRank.PRINCIPAL), post) for post in POSTS]
    offices = (LeadingGroupKind.LEADING_GROUP_OFFICE, LeadingGroupKind.PROJECT_OFFICE)
    return group + [Holder(kind, "director", HolderRank.PRINCIPAL, kind) for kind in offices]


def found(holders: list[Holder]) -> list[tuple[str, object, object]]:
    return [(one.rule.removeprefix("steering."), one.actual, one.required) for one in check_group(PACK, holders, on=ON)]


def changed(post: str, **facts: object) -> list[Holder]:
    """The whole group with one holder who is otherwise."""
    given = {"rank": HolderRank.PRINCIPAL, "person": post, **facts}
    return [one for one in whole() if one.post != post] + [Holder(GROUP, post, given["rank"], given["person"])]  # type: ignore[arg-type]


@pytest.mark.clause("A1", "A4.1", "M6.1.1", "A3.1")
def test_a_whole_group_with_both_offices_meets_everything() -> None:
    assert found(whole()) == []


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("gone", "rule", "actual", "required"),
    [("head", "head", 0, 1), ("deputy", "deputies", 0, 1)],
)
def test_head_and_deputy_are_asked_for(gone: str, rule: str, actual: int, required: int) -> None:
    assert found([one for one in whole() if one.post != gone]) == [(rule, actual, required)]


@pytest.mark.clause("A1", "A4.1")
@pytest.mark.parametrize("gone", [post for post in POSTS if post.startswith("member")])
def test_every_member_department_is_asked_for(gone: str) -> None:
    left = [one for one in whole() if one.post != gone]
    assert found(left) == [("members", 8, 9), ("bodies_absent", 8, 9)]
    label = PACK.codes("leading_group_posts").get(gone).label
    assert label in check_group(PACK, left, on=ON)[1].message


@pytest.mark.clause("A1")
def test_nine_posts_held_by_eight_people_are_eight_members() -> None:
    assert found(changed("member_office", person="member_te")) == [("members", 8, 9)]


@pytest.mark.clause("A4.1", "M6.1.1")
@pytest.mark.parametrize(
    ("post", "rank", "rules"),
    [
        ("head", HolderRank.DEPUTY, ["head_is_director"]),
        ("head", HolderRank.PRINCIPAL, []),
        ("deputy", HolderRank.OTHER, ["deputy_is_leader"]),
        ("deputy", HolderRank.DEPUTY, []),
        ("member_te", HolderRank.DEPUTY, ["member_is_principal"]),
    ],
)
def test_who_a_holder_is_in_the_own_unit(post: str, rank: HolderRank, rules: list[str]) -> None:
    assert [one[0] for one in found(changed(post, rank=rank))] == rules


@pytest.mark.clause("A1")
def test_two_heads_are_one_too_many() -> None:
    assert found([*whole(), Holder(GROUP, "head", HolderRank.PRINCIPAL, "another")]) == [("head", 2, 1)]


@pytest.mark.clause("A3.1", "M6.1.1")
@pytest.mark.parametrize("kind", ["leading_group_office", "project_office"])
def test_both_offices_are_asked_for(kind: str) -> None:
    assert found([one for one in whole() if one.kind != kind]) == [(kind, 0, None)]


@pytest.mark.clause("A1")
def test_posts_for_one_person_at_a_time() -> None:
    single = {kind: [one.code for one in posts_of(PACK, kind).values() if one.is_single] for kind in LeadingGroupKind}
    assert single[GROUP] == [post for post in POSTS if post != "deputy"]
    assert single[LeadingGroupKind.PROJECT_OFFICE] == ["director"]


@pytest.mark.clause("M6.1.2")
def test_experts_cover_stages_and_subjects() -> None:
    none = coverage(PACK, [], on=ON)
    assert (none["people"], none["covered"]) == (0, [])
    every = len(none["missing"])
    assert [(one["rule"], one["severity"], one["actual"], one["required"]) for one in none["findings"]] == [
        ("steering.experts_missing", "advise", 0, every)
    ]
    experts = [
        Engaged("university", "primary", "chinese", is_local=False),
        Engaged("front_line_master", "primary", "english", is_local=True),  # counts for foreign languages
        Engaged("front_line_master", "preschool", None, is_local=True),  # for every subject of the stage
    ]
    some = coverage(PACK, experts, on=ON)
    assert (some["people"], some["local"], some["outside"]) == (3, 2, 1)
    covered = {(one["stage"], one["subject"]) for one in some["covered"]}
    assert {("primary", "chinese"), ("primary", "foreign_language")} <= covered
    assert not [one for one in some["missing"] if one["stage"] == "preschool"]
    assert [(one["code"], one["people"]) for one in some["sources"] if one["people"]] == [
        ("university", 1),
        ("front_line_master", 2),
    ]
    stages = [one.code for one in PACK.codes("stages")]
    assert coverage(PACK, [Engaged("university", one, None, is_local=True) for one in stages], on=ON)["findings"] == []
