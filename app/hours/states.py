"""Closed sets of the hours ledger 学时台账."""

from enum import StrEnum


class HoursCategory(StrEnum):
    """Categories of hours 学时类别: the five levels of training and 岗位培训 [M3.2]."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    CITY = "city"
    SCHOOL_RESEARCH = "school_research"
    WORKSHOP = "workshop"
    POST_TRAINING = "post_training"


class HoursSource(StrEnum):
    """Where an entry comes from 学时来源."""

    MANUAL = "manual"
    EXTERNAL = "external"
    IMPORT = "import"
    REVERSAL = "reversal"
