"""Rows of the permission table about the trainer team 培训者团队. [A7.1]"""

from collections.abc import Mapping
from typing import Final

from app.access.permission_names import (
    ALL,
    DESK_TE,
    OWN,
    SELF,
    SUBTREE,
    TEACHER_EDUCATION,
    Grant,
    Permission,
    Reach,
    Rule,
)
from app.access.permission_names import row as _row

TRAINER_ROWS: Final[Mapping[Permission, Rule]] = {
    Permission.TRAINER_READ: _row(
        "查看培训者名册",
        "A7.1",
        b=ALL,
        t=ALL,
        c=ALL,
        s=ALL,
        p=ALL,
        reading="在聘名册公开；规则意见、放宽理由和终止理由只有教体局和本人可见。",
    ),
    Permission.TRAINER_APPLICATION_READ: _row("查看培训者申请", "A7.3", b=ALL, t=OWN, c=SUBTREE, s=OWN, p=SELF),
    Permission.TRAINER_APPLY: _row("申请加入培训者团队", "A7.3", p=SELF),
    Permission.TRAINER_RECOMMEND: _row(
        "推荐培训者", "A7.3", t=OWN, c=OWN, s=OWN, reading="由申请人所在单位推荐；申请、推荐、审定须为不同的人。"
    ),
    Permission.TRAINER_RETURN_APPLICATION: _row(
        "退回培训者申请",
        "A7.3",
        b=DESK_TE,
        t=OWN,
        c=OWN,
        s=OWN,
        reading="所在单位在推荐前退回，教师教育科在推荐后退回。",
    ),
    Permission.TRAINER_DECIDE: _row("审定培训者", "A7.3", b=DESK_TE),
    Permission.TRAINER_INVITATION_READ: _row("查看直接聘任", "A7.4", b=ALL, p=SELF),
    Permission.TRAINER_INVITE: _row("直接聘任培训者", "A7.4", b=DESK_TE, reading="先征求本人意见，本人同意后聘任。"),
    Permission.TRAINER_CONSENT: _row("答复直接聘任", "A7.4", p=SELF),
    Permission.TRAINER_RENEW: _row("续聘、解聘培训者", "A7.10", b=DESK_TE),
    Permission.TRAINER_REVOCATION_READ: _row("查看撤销资格", "A7.11", b=ALL, p=SELF),
    Permission.TRAINER_REVOKE: _row(
        "撤销培训者资格", "A7.11", b=DESK_TE, reading="一人提出，另一人凭证据确认；提出人不能确认。"
    ),
    Permission.TRAINER_REPORT_READ: _row("查看对培训者的反映", "A7.11", b=DESK_TE),
    Permission.TRAINER_REPORT: _row(
        "反映培训者的撤销情形",
        "A7.11",
        t=ALL,
        c=ALL,
        s=ALL,
        p=ALL,
        reading="名册公开，任何单位和教师都可以反映；反映内容只有教师教育科可见。",
    ),
    Permission.TRAINER_WORK_READ: _row(
        "查看培训者工作任务", "A7.8", b=ALL, t=ALL, c=SUBTREE, s=OWN, p=SELF, reading="工作任务计入本单位工作量。"
    ),
    Permission.TRAINER_ASSIGN: _row("登记培训者工作任务", "A7.7", b=DESK_TE, t=ALL),
    Permission.TRAINER_PAY: _row(
        "登记培训者报酬发放",
        "A7.8",
        b=Grant(Reach.ALL, frozenset({"finance", TEACHER_EDUCATION})),
        reading="由财务科室或教师教育科登记。",
    ),
    Permission.TRAINER_ASSESSMENT_READ: _row("查看培训者年度考核", "A7.10", b=ALL, t=ALL, p=SELF),
    Permission.TRAINER_ASSESS: _row(
        "培训者年度考核", "A7.10", b=DESK_TE, reading="由教师教育科考核；在聘培训者不能考核同一团队的人。"
    ),
    Permission.TRAINER_INPUT_READ: _row("查看培训者考核意见", "A7.10", b=ALL, t=ALL, s=OWN, p=SELF),
    Permission.TRAINER_INPUT_GIVE: _row(
        "提出培训者考核意见", "A7.10", t=ALL, s=OWN, reading="所在单位和进修学校各提一次，供教师教育科考核参考。"
    ),
    Permission.TRAINER_REPLY: _row("对年度考核陈述意见", "A7.10", p=SELF),
    Permission.TRAINER_TEAM_READ: _row("查看培训者团队读数", "M3.3", b=ALL, t=ALL),
    Permission.TRAINER_COMMUNITY_RUN: _row(
        "组建研修共同体、登记研修活动",
        "A7.9",
        t=ALL,
        reading="由进修学校组建；年度集中研修（正文四（四））也由其登记。",
    ),
}
