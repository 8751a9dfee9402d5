"""Rules of the leading group, its two offices, and of the experts on a day; pure functions. [A1] [A3.1] [M6.1.2]"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.policy.finding import Finding, Severity
from app.policy.load import Regulation
from app.steering.states import HolderRank, LeadingGroupKind, OfficePost

POSTS: Final = "leading_group_posts"
OFFICES: Final = {
    LeadingGroupKind.LEADING_GROUP_OFFICE: "领导小组办公室",
    LeadingGroupKind.PROJECT_OFFICE: "项目办",
}
LED_FROM: Final = {
    LeadingGroupKind.LEADING_GROUP_OFFICE: "organisations.leading_group.office",
    LeadingGroupKind.PROJECT_OFFICE: "organisations.project_office",
}
"""The parameter that names where an office sits. [A3.1]"""
OFFICE_POSTS: Final = {OfficePost.DIRECTOR: "主任", OfficePost.STAFF: "工作人员"}
DEPUTY: Final = "deputy"


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody in post on the day; person: what tells two people apart, the record or the name."""

    kind: LeadingGroupKind
    post: str
    rank: HolderRank
    person: object


@dataclass(frozen=True, slots=True)
class Post:
    """A post as a body has it; is_single: for one person at a time."""

    code: str
    label: str
    is_single: bool


@dataclass(frozen=True, slots=True)
class Engaged:
    """An expert who is engaged on the day; subject None: for the stage as a whole."""

    source: str
    stage: str
    subject: str | None
    is_local: bool


def posts_of(regulation: Regulation, kind: LeadingGroupKind) -> dict[str, Post]:
    """The posts of a body by code: those of 附件1, or director and staff of an office. [A1] [A3.1]"""
    if kind is LeadingGroupKind.LEADING_GROUP:
        rows = regulation.codes(POSTS)
        return {one.code: Post(one.code, one.label, one.facts.get("role") != DEPUTY) for one in rows}
    return {str(code): Post(code, label, code is OfficePost.DIRECTOR) for code, label in OFFICE_POSTS.items()}


def check_group(regulation: Regulation, holders: Sequence[Holder], *, on: date) -> list[Finding]:
    """What the leading group and its offices lack on a day, in the order of the text. [A4.1] [A1] [M6.1.1] [A3.1]"""
    group = [one for one in holders if one.kind is LeadingGroupKind.LEADING_GROUP]
    return [*_heads(regulation, group, on), *_members(regulation, group, on), *_offices(holders)]


def _heads(regulation: Regulation, group: Sequence[Holder], on: date) -> Iterator[Finding]:
    roles = {one.code: one.facts.get("role") for one in regulation.codes(POSTS)}
    heads = [one for one in group if roles.get(one.post) == "head"]
    asked = regulation.whole("organisations.leading_group.heads", on=on)
    if len(heads) != asked:
        text = f"领导小组应有组长 {asked} 人，现有 {len(heads)} 人。"
        yield Finding("steering.head", Severity.MUST, "A1", text, len(heads), asked)
    if any(one.rank is not HolderRank.PRINCIPAL for one in heads):
        yield Finding("steering.head_is_director", Severity.MUST, "A4.1", "组长应由教育局局长（主要负责人）担任。")
    deputies = [one for one in group if roles.get(one.post) == DEPUTY]
    least = regulation.whole("organisations.leading_group.deputies_min", on=on)
    if len(deputies) < least:
        text = f"领导小组应有副组长至少 {least} 人，现有 {len(deputies)} 人。"
        yield Finding("steering.deputies", Severity.MUST, "A1", text, len(deputies), least)
    if any(one.rank is HolderRank.OTHER for one in deputies):
        text = "副组长应由教体局分管领导（班子成员）担任。"
        yield Finding("steering.deputy_is_leader", Severity.MUST, "M6.1.1", text)


def _members(regulation: Regulation, group: Sequence[Holder], on: date) -> Iterator[Finding]:
    asked = {one.code: one.label for one in regulation.codes(POSTS) if one.facts.get("role") == "member"}
    members = [one for one in group if one.post in asked]
    people, least = (
        len({one.person for one in members}),
        regulation.whole("organisations.leading_group.members_min", on=on),
    )
    if people < least:
        text = f"领导小组成员应不少于 {least} 人，现有 {people} 人。"
        yield Finding("steering.members", Severity.MUST, "A1", text, people, least)
    held = {one.post for one in members}
    if absent := [label for code, label in asked.items() if code not in held]:
        text = f"成员单位应全部参加，缺 {len(absent)} 个职务：{'、'.join(absent)}。"
        yield Finding("steering.bodies_absent", Severity.MUST, "A4.1", text, len(held), len(asked))
    if lower := [asked[one.post] for one in members if one.rank is not HolderRank.PRINCIPAL]:
        text = f"成员应为相关职能科室负责人，以下职务由其他人担任：{'、'.join(lower)}。"
        yield Finding("steering.member_is_principal", Severity.ADVISE, "M6.1.1", text, len(lower), 0)


def _offices(holders: Sequence[Holder]) -> Iterator[Finding]:
    for kind, label in OFFICES.items():
        if not any(one.kind is kind for one in holders):
            text = f"{label}应当设立并有人负责，现无人在任。"
            yield Finding(f"steering.{kind}", Severity.MUST, "A3.1", text, 0)


def coverage(regulation: Regulation, experts: Sequence[Engaged], *, on: date) -> dict[str, Any]:
    """The experts of a day: inside and outside, sources, stages x subjects with and without an expert. [M6.1.2]

    A subject under another one (English under foreign languages) counts for that one.
    """
    covered, missing = _fields(regulation, experts)
    findings = []
    if missing and regulation.flag("organisations.experts.cover_stages_and_subjects", on=on):
        text = f"指导专家的选聘要兼顾学科学段，尚有 {len(missing)} 个学段学科没有专家。"
        figures = (len(covered), len(covered) + len(missing))
        findings.append(Finding("steering.experts_missing", Severity.ADVISE, "M6.1.2", text, *figures, waivable=True))
    local, sources = sum(one.is_local for one in experts), Counter(one.source for one in experts)
    return {
        "on": on,
        "people": len(experts),
        "local": local,
        "outside": len(experts) - local,
        "sources": [
            {"code": one.code, "label": one.label, "people": sources[one.code]}
            for one in regulation.codes("expert_sources")
        ],
        "covered": covered,
        "missing": missing,
        "findings": [one.as_json() for one in findings],
    }


def _fields(regulation: Regulation, experts: Sequence[Engaged]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    subjects = {one.code: one for one in regulation.codes("subjects")}
    whole = Counter(one.stage for one in experts if one.subject is None)
    people = Counter((one.stage, _root(subjects, one.subject)) for one in experts if one.subject)
    covered: list[dict[str, Any]] = []
    missing: list[dict[str, Any]] = []
    for stage in regulation.codes("stages"):
        for subject in subjects.values():
            taught = subject.facts.get("stages")
            if subject.parent or not isinstance(taught, tuple | list) or stage.code not in taught:
                continue
            count = people[stage.code, subject.code] + whole[stage.code]
            row = {"stage": stage.code, "subject": subject.code, "people": count, "label": stage.label + subject.label}
            (covered if count else missing).append(row)
    return covered, missing


def _root(subjects: Mapping[str, Any], code: str) -> str:
    return (subjects[code].parent or code) if code in subjects else code
