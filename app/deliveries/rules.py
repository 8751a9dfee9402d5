"""Rules of 送教送培: which stages it is for, and that each has its programme every year; pure functions. [M4.3]"""

from collections.abc import Mapping
from datetime import date

from app.policy.finding import Finding, Severity
from app.policy.load import Regulation

STAGES = "projects.delivery_stages"


def check_stage(regulation: Regulation, stage: str, *, on: date) -> list[Finding]:
    """Whether a programme is for one of the stages of the text. [M4.3] 小学、初中、学前教育三个学段"""
    asked = regulation.texts(STAGES, on=on)
    if stage in asked:
        return []
    labels = "、".join(regulation.codes("stages").get(one).label for one in asked)
    text = f"送教送培面向{labels}，不是 {stage}。"
    return [Finding("delivery.stage", Severity.MUST, "M4.3", text, stage, labels)]


def check_year(regulation: Regulation, programmes: Mapping[str, int], *, on: date) -> list[Finding]:
    """Whether every stage has its programme in a year. [M4.3] 按年度有计划的实施

    programmes: how many of a stage are not cancelled, by stage. on: a day of the year.
    """
    least, found = regulation.whole("projects.delivery_series_yearly_min", on=on), []
    for stage in regulation.texts(STAGES, on=on):
        if (count := programmes.get(stage, 0)) < least:
            label = regulation.codes("stages").get(stage).label
            text = f"{label}本年度应有送教送培系列至少 {least} 个，现有 {count} 个。"
            found.append(Finding("delivery.programme_missing", Severity.MUST, "M4.3", text, count, least))
    return found
