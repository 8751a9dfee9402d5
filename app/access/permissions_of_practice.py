"""Rows of the permission table for the return practice of training projects and its evaluation."""

from collections.abc import Mapping

from app.access.permission_names import ALL, OWN, SELF, SUBTREE, Permission, Rule, row

ROWS: Mapping[Permission, Rule] = {
    Permission.PRACTICE_PLAN_READ: row(
        "查看返岗实践任务、基地学校、培训者对接与考核权重",
        "M5.3",
        b=ALL,
        t=ALL,
        c=ALL,
        s=ALL,
        p=ALL,
        reading="任务发布后可见，草稿只由教体局和进修学校查看；教师查看可见项目的安排。",
    ),
    Permission.PRACTICE_PLAN_SET: row(
        "布置返岗实践任务，确定基地学校、培训者对接与考核权重",
        "M5.3",
        t=ALL,
        reading="项目办（进修学校）负责返岗实践的组织，指导组由培训者组成。",
    ),
    Permission.PRACTICE_READ: row(
        "查看返岗实践成果、案例与考核结果",
        "A2.3c",
        b=ALL,
        t=ALL,
        c=SUBTREE,
        s=OWN,
        p=SELF,
        reading="已发布的优秀成果人人可看；指导组、跟踪评价小组和对接的培训者查看所负责项目的成果；"
        "学校和教师只看已公布的考核结果。",
    ),
    Permission.PRACTICE_SUBMIT: row(
        "提交返岗实践成果与案例", "M6.3.1", s=OWN, p=SELF, reading="学员本人或其学校提交。"
    ),
    Permission.PRACTICE_GUIDE: row(
        "指导、退回返岗实践成果",
        "A2.4",
        t=ALL,
        p=SELF,
        reading="教师须是该项目的指导组、跟踪评价小组成员或对接的培训者；本人的成果由他人办理。",
    ),
    Permission.PRACTICE_ASSESS: row(
        "评定返岗实践成果，登记学员考核结果",
        "A2.5a",
        t=ALL,
        p=SELF,
        reading="教师须是该项目的跟踪评价小组成员；提交人和本人不能评定。",
    ),
    Permission.PRACTICE_JUDGE: row(
        "认定学员案例", "A4.5", t=ALL, reading="是否优秀转化案例、引领工作案例由进修学校认定。"
    ),
    Permission.PRACTICE_PUBLISH: row(
        "发布优秀成果，公布学员考核结果，提出优秀学员名单",
        "A2.5b",
        t=ALL,
        reading="考核结果由登记人以外的人公布；优秀学员的评选在评选活动中进行。",
    ),
    Permission.PRACTICE_VISIT: row(
        "登记培训者对接指导", "M5.3", t=ALL, p=SELF, reading="由对接的培训者本人或进修学校登记。"
    ),
    Permission.TRACKING_READ: row(
        "查看跟踪评价记录",
        "A2.5a",
        b=ALL,
        t=ALL,
        c=SUBTREE,
        s=OWN,
        p=SELF,
        reading="教师查看本人作为跟踪评价小组成员所作的记录和所负责项目的记录。",
    ),
    Permission.TRACKING_RECORD: row(
        "登记跟踪评价与整改结果",
        "A2.5a",
        t=ALL,
        p=SELF,
        reading="教师须是该项目的跟踪评价小组成员。",
    ),
}
