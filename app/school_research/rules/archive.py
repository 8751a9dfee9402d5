"""Rules of the archive of a school and year: which of the six kinds are there. [A5.10]"""

from dataclasses import dataclass

from app.school_research.states import ArchiveKind


@dataclass(frozen=True, slots=True)
class Kept:
    """What a school has of a year. activities: open ones; recorded: those with a record; assessed_terms: 0 to 2."""

    plan: bool
    activities: int
    recorded: int
    media: int
    assessed_terms: int
    results: bool
    summary: bool


def missing(kept: Kept) -> list[ArchiveKind]:
    """The kinds that are not complete, in the order of the article. [A5.10]

    方案: approved. 记录: every activity has one. 图片和音像: at least one. 成果、总结: written. 考核: in both terms.
    """
    there = {
        ArchiveKind.PLAN: kept.plan,
        ArchiveKind.RECORDS: kept.activities > 0 and kept.recorded == kept.activities,
        ArchiveKind.MEDIA: kept.media > 0,
        ArchiveKind.RESULTS: kept.results,
        ArchiveKind.ASSESSMENT: kept.assessed_terms == 2,  # noqa: PLR2004 - a year has two terms
        ArchiveKind.SUMMARY: kept.summary,
    }
    return [kind for kind, is_there in there.items() if not is_there]
