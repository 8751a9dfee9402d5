"""Rows of the permission table for training 育: questionnaires, course designs, sessions, scores, completion."""

from collections.abc import Mapping

from app.access.permission_names import ALL, DESK_TE, OWN, SELF, SUBTREE, Permission, Rule, row

ROWS: Mapping[Permission, Rule] = {
    Permission.SURVEY_READ: row(
        "查看需求问卷", "A2.3a", b=ALL, t=ALL, c=ALL, s=ALL, p=ALL, reading="草稿只有教体局和进修学校可见。"
    ),
    Permission.SURVEY_WRITE: row("编制、发布、结束需求问卷", "A2.3a", t=ALL),
    Permission.SURVEY_ANSWER: row(
        "填写需求问卷", "A2.3a", p=SELF, reading="由学员和已选送的教师填写，每人一份，提交后不能再改。"
    ),
    Permission.SURVEY_RESULT_READ: row(
        "查看需求问卷汇总", "A2.3a", b=ALL, t=ALL, reading="只给汇总，问答题不显示姓名。"
    ),
    Permission.SURVEY_MISSING_READ: row("查看未填写需求问卷的名单", "A2.3a", b=ALL, t=ALL, c=SUBTREE, s=OWN),
    Permission.COURSE_DESIGN_READ: row(
        "查看课程设计",
        "A2.3a",
        b=ALL,
        t=ALL,
        c=ALL,
        s=ALL,
        p=ALL,
        reading="中心校、学校和教师查看已通过的课程设计；评审意见只有教体局和进修学校可见。",
    ),
    Permission.COURSE_DESIGN_WRITE: row(
        "提交承训单位的课程设计", "A2.3a", t=ALL, reading="由进修学校代承训单位录入，署承训单位作者姓名。"
    ),
    Permission.COURSE_REVIEW_READ: row("查看课程设计的专家意见", "A2.3a", b=ALL, t=ALL),
    Permission.COURSE_DESIGN_REVIEW: row(
        "登记专家意见，通过、退回课程设计",
        "A2.3a",
        b=DESK_TE,
        t=ALL,
        reading="专家与作者须为不同的人；提交人不能通过自己提交的课程设计。",
    ),
    Permission.TRAINING_SESSION_READ: row("查看培训课次", "A2.3b", b=ALL, t=ALL, c=ALL, s=ALL, p=ALL),
    Permission.TRAINING_SESSION_RUN: row("安排培训课次、登记考勤", "A2.3b", t=ALL),
    Permission.TRAINING_SIGN_IN: row("培训课次本人签到", "M6.3.1", p=SELF),
    Permission.TRAINING_ATTENDANCE_READ: row(
        "查看培训考勤",
        "A2.3b",
        b=ALL,
        t=ALL,
        c=SUBTREE,
        s=OWN,
        p=SELF,
        reading="考勤登记齐全后向学校公布。",
    ),
    Permission.TRAINING_LEAVE_READ: row("查看培训请假", "M6.3.1", b=ALL, t=ALL, c=SUBTREE, s=OWN, p=SELF),
    Permission.TRAINING_LEAVE_ASK: row("申请培训请假", "M6.3.1", s=OWN, p=SELF),
    Permission.TRAINING_LEAVE_DECIDE: row("审批培训请假", "M6.3.1", t=ALL, reading="由进修学校审批，申请人不能审批。"),
    Permission.TRAINING_CORRECTION_READ: row("查看考勤更正", "A2.3b", b=ALL, t=ALL, c=SUBTREE, s=OWN, p=SELF),
    Permission.TRAINING_CORRECTION_ASK: row(
        "提出考勤更正、异议", None, t=ALL, p=SELF, reading="学员对本人考勤提出异议，进修学校提出更正。"
    ),
    Permission.TRAINING_CORRECTION_DECIDE: row(
        "同意、不同意考勤更正", None, t=ALL, reading="由进修学校另一人办理，保留更正前后和理由。"
    ),
    Permission.TRAINING_ASSIGNMENT_READ: row("查看培训作业", "A2.3b", b=ALL, t=ALL, c=ALL, s=ALL, p=ALL),
    Permission.TRAINING_ASSIGNMENT_WRITE: row("布置培训作业", "A2.3b", t=ALL),
    Permission.TRAINING_SUBMISSION_READ: row(
        "查看作业提交",
        "A2.3c",
        b=ALL,
        t=ALL,
        c=SUBTREE,
        s=OWN,
        p=SELF,
        reading="学校和中心校只看到评为优秀的作业。",
    ),
    Permission.TRAINING_SUBMIT: row("提交培训作业", "M6.3.1", p=SELF),
    Permission.TRAINING_MARK: row("批阅培训作业", "A2.3b", t=ALL),
    Permission.TRAINING_SCHEME_READ: row("查看过程考核办法", "A2.3b", b=ALL, t=ALL, c=ALL, s=ALL, p=ALL),
    Permission.TRAINING_SCORE_READ: row("查看公布的过程考核成绩", "A2.3b", b=ALL, t=ALL, c=SUBTREE, s=OWN, p=SELF),
    Permission.TRAINING_SCORE_WRITE: row(
        "制定过程考核办法，登记学习、交流成绩，公布成绩",
        "A2.3b",
        t=ALL,
        reading="各项权重由项目办按项目确定并公布，合计为 100。",
    ),
    Permission.COMPLETION_READ: row("查看结业", "A4.2", b=ALL, t=ALL, c=SUBTREE, s=OWN, p=SELF),
    Permission.COMPLETION_RECOMMEND: row("提出结业建议", "A4.2", t=ALL),
    Permission.COMPLETION_DECIDE: row(
        "决定结业、发放结业证书", "A4.2", b=DESK_TE, reading="由教师教育科决定，与提出建议的不是同一人。"
    ),
    Permission.IMPORT_TRAINING_ATTENDANCE: row("批量导入培训考勤", "A2.3b", t=ALL),
    Permission.IMPORT_TRAINING_MARKS: row("批量导入作业成绩", "A2.3b", t=ALL),
}
