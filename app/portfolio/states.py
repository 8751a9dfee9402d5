"""Closed sets of the portfolio 成长档案 and of coverage 覆盖情况."""

from enum import StrEnum


class PortfolioKind(StrEnum):
    """What an entry of a portfolio is about 成长档案的类别. [M3.5]"""

    EMPLOYMENT = "employment"
    PROJECT = "project"
    DELIVERY = "delivery"
    TERM_ASSESSMENT = "term_assessment"
    WORKSHOP = "workshop"
    MENTORING = "mentoring"
    LESSON = "lesson"
    PRACTICE_OUTPUT = "practice_output"
    CASE = "case"
    WRITING = "writing"
    TRAINER = "trainer"
    TRAINER_TASK = "trainer_task"
    TRAINER_ASSESSMENT = "trainer_assessment"
    HONOUR = "honour"
    AWARD = "award"

    @property
    def label(self) -> str:
        """As people say it."""
        return _LABELS[self]


_K = PortfolioKind
_LABELS = {
    _K.EMPLOYMENT: "任职经历",
    _K.PROJECT: "培训项目",
    _K.DELIVERY: "送教受训",
    _K.TERM_ASSESSMENT: "校本研修学期考核",
    _K.WORKSHOP: "工作坊（室）",
    _K.MENTORING: "师徒结对",
    _K.LESSON: "授课讲座",
    _K.PRACTICE_OUTPUT: "返岗实践成果",
    _K.CASE: "案例",
    _K.WRITING: "信息发布",
    _K.TRAINER: "培训者聘任",
    _K.TRAINER_TASK: "培训者工作任务",
    _K.TRAINER_ASSESSMENT: "培训者年度考核",
    _K.HONOUR: "荣誉称号",
    _K.AWARD: "评选奖项",
}
ENTRIES_PRINTED_MAX = 1_000
"""Entries of a printed portfolio 打印条数上限: some thirty pages; whoever has more prints years apart."""
GROUPS_MAX = 2_000
"""Groups of the summary of coverage, as of the completion of hours."""
LINES = {
    "leader": "主持人",
    "core": "核心成员",
    "applicant": "申报成员",
    "mentor": "指导教师",
    "apprentice": "结对学员",
    "on_post": "在岗",
    "off_post": "不在岗",
    "workshop_lesson": "工作坊现场授课",
    "discussion": "工作坊议课",
    "lecture": "工作坊讲座",
    "delivery_lesson": "送教课",
    "training_session": "培训授课",
    "transfer": "成果转化实践案例",
    "leading": "引领工作案例",
    "typical_case": "典型案例",
    "workshop_case": "工作坊教学实践案例",
    "teacher": "个人",
    "workshop": "工作坊（室）",
    "case": "案例",
}
"""Parts a person has in an entry, as people say them; parts of code lists have their label there."""
RESULTS = {
    "completed": "结业",
    "not_completed": "未结业",
    "enrolled": "在训",
    "withdrawn": "已退出",
    "replaced": "已被替换",
    "qualified": "合格",
    "unqualified": "不合格",
    "marked": "已评定",
    "published": "已发布",
    "accepted": "已入选",
    "recommended": "已上报",
    "judged": "已认定",
    "upcoming": "未到任期",
    "active": "在聘",
    "expired": "期满",
    "dismissed": "已解聘",
    "revoked": "已撤销",
    "running": "结对中",
    "finished": "已结束",
}
"""What came of an entry, as people say it."""
