"""Rows of the permission table for what teachers' development consists of: research, workshops, trainers, publicity."""

from collections.abc import Mapping

from app.access.permission_names import (
    ALL,
    DESK_BE,
    DESK_GENERAL,
    DESK_TE,
    DESK_TE_BE,
    DESK_TE_FIN,
    OWN,
    SELF,
    SUBTREE,
    TEACHER_EDUCATION,
    Grant,
    Permission,
    Reach,
    Rule,
    row,
)

ROWS: Mapping[Permission, Rule] = {
    Permission.SCHOOL_PLAN_READ: row(
        "查看年度校本研修方案",
        "A5.6",
        b=ALL,
        t=ALL,
        c=SUBTREE,
        s=OWN,
        p=OWN,
        reading="教师查看本校已通过的方案。",
    ),
    Permission.SCHOOL_PLAN_FILE: row("填报、提交、修订年度校本研修方案", "A5.7.3", s=OWN),
    Permission.SCHOOL_PLAN_REVIEW: row(
        "审核年度校本研修方案", "A5.6", t=ALL, reading="附件5 第六条由进修学校审核；提交人不能审核。"
    ),
    Permission.RESEARCH_ACTIVITY_READ: row("查看校本研修活动与出席", "A5.8.1", b=ALL, t=ALL, c=SUBTREE, s=OWN, p=OWN),
    Permission.RESEARCH_ACTIVITY_RECORD: row("记录校本研修活动与出席", "A5.7.2", s=OWN),
    Permission.RESEARCH_SIGN_IN: row("校本研修活动本人签到", "A5.2", p=SELF),
    Permission.INSPECTION_READ: row("查看校本研修检查", "A5.8.1", b=ALL, t=ALL, c=SUBTREE, s=OWN),
    Permission.INSPECTION_CHECK: row(
        "检查校本研修、评定、复查整改",
        "A5.8.1",
        t=ALL,
        c=SUBTREE,
        reading="期中由中心校检查所辖学校，市直学校由进修学校检查；期末抽中的学校由进修学校评定（附件5 第八条）。",
    ),
    Permission.INSPECTION_ANSWER: row("提交抽查材料、报告整改", "A5.8.2", s=OWN),
    Permission.SAMPLE_READ: row(
        "查看、复核期末随机抽查",
        "A5.8.2",
        b=ALL,
        t=ALL,
        c=ALL,
        s=ALL,
        reading="抽查公开：谁被抽中、怎样抽中，各校均可复核。",
    ),
    Permission.SAMPLE_DRAW: row("登记、抽取期末随机抽查", "A5.8.2", t=ALL),
    Permission.TERM_ASSESSMENT_READ: row("查看学期考核", "A5.7.2", b=ALL, t=ALL, c=SUBTREE, s=OWN, p=SELF),
    Permission.TERM_ASSESSMENT_SET: row("登记学期考核", "A5.7.2", s=OWN),
    Permission.DEVELOPMENT_READ: row("查看三年教师发展规划与培训经费", "A5.R", b=ALL, t=ALL, c=SUBTREE, s=OWN),
    Permission.DEVELOPMENT_WRITE: row("填报三年教师发展规划与培训经费", "A5.R", s=OWN),
    Permission.RESEARCH_ARCHIVE_READ: row(
        "查看校本研修档案完备情况、打包下载", "A5.10", b=ALL, t=ALL, c=SUBTREE, s=OWN
    ),
    Permission.RESEARCH_ARCHIVE_WRITE: row("填写学年研修成果与总结", "A5.10", s=OWN),
    Permission.RESEARCH_EXCHANGE_READ: row("查看年度现场经验交流会", "A5.6", b=ALL, t=ALL, c=OWN),
    Permission.RESEARCH_EXCHANGE_RECORD: row("登记年度现场经验交流会", "A5.6", c=OWN),
    Permission.WORKSHOP_READ: row(
        "查看工作坊（室）",
        "A6.9",
        b=ALL,
        t=ALL,
        c=SUBTREE,
        s=OWN,
        p=SELF,
        reading="单位看得到本单位的工作坊和本单位教师参加的工作坊；教师看得到本人主持或参加的工作坊。",
    ),
    Permission.WORKSHOP_DECLARE: row(
        "申报工作坊（室）",
        "A6.13a",
        c=OWN,
        s=OWN,
        p=SELF,
        reading="由工作坊所在的中心校或市直学校申报，主持人可以通过本单位申报（附件6 第一条、第十三条）。",
    ),
    Permission.WORKSHOP_RECOMMEND: row(
        "推荐工作坊（室）", "A6.10", c=OWN, s=OWN, reading="主持人申报的，由所在单位推荐；单位自己申报的即为推荐。"
    ),
    Permission.WORKSHOP_REGISTER: row(
        "工作坊（室）注册、学期注册、续期、审核与结束",
        "A6.13a",
        b=DESK_TE_BE,
        t=ALL,
        c=OWN,
        s=OWN,
        reading="市级由进修学校办理，名班主任工作室由基础教育科办理，省级由教师教育科备案，"
        "镇、校级由中心校或市直学校办理；申报人不能办理自己的申报。",
    ),
    Permission.WORKSHOP_RUN: row(
        "组织工作坊（室）活动", "A6.6a", c=OWN, s=OWN, p=SELF, reading="由主持人或所在单位办理（附件6 第十条）。"
    ),
    Permission.WORKSHOP_TAKE_PART: row("参加工作坊（室）：同意加入、签到", "A6.6a", p=SELF),
    Permission.WORKSHOP_REVIEW: row(
        "工作坊（室）月度评审",
        "M7.1a",
        b=DESK_BE,
        t=ALL,
        reading="名班主任工作室由基础教育科评审，其余由进修学校评审。",
    ),
    Permission.WORKSHOP_SUBSIDY_READ: row("查看学科名师经费补助", "A6.8", b=ALL, t=ALL, c=SUBTREE, s=OWN, p=SELF),
    Permission.WORKSHOP_SUBSIDY_RECORD: row("登记学科名师经费补助", "A6.8", b=DESK_TE_FIN),
    Permission.TRAINER_READ: row(
        "查看培训者名册",
        "A7.1",
        b=ALL,
        t=ALL,
        c=ALL,
        s=ALL,
        p=ALL,
        reading="在聘名册公开；规则意见、放宽理由和终止理由只有教体局和本人可见。",
    ),
    Permission.TRAINER_APPLICATION_READ: row("查看培训者申请", "A7.3", b=ALL, t=OWN, c=SUBTREE, s=OWN, p=SELF),
    Permission.TRAINER_APPLY: row("申请加入培训者团队", "A7.3", p=SELF),
    Permission.TRAINER_RECOMMEND: row(
        "推荐培训者", "A7.3", t=OWN, c=OWN, s=OWN, reading="由申请人所在单位推荐；申请、推荐、审定须为不同的人。"
    ),
    Permission.TRAINER_RETURN_APPLICATION: row(
        "退回培训者申请",
        "A7.3",
        b=DESK_TE,
        t=OWN,
        c=OWN,
        s=OWN,
        reading="所在单位在推荐前退回，教师教育科在推荐后退回。",
    ),
    Permission.TRAINER_DECIDE: row("审定培训者", "A7.3", b=DESK_TE),
    Permission.TRAINER_INVITATION_READ: row("查看直接聘任", "A7.4", b=ALL, p=SELF),
    Permission.TRAINER_INVITE: row("直接聘任培训者", "A7.4", b=DESK_TE, reading="先征求本人意见，本人同意后聘任。"),
    Permission.TRAINER_CONSENT: row("答复直接聘任", "A7.4", p=SELF),
    Permission.TRAINER_RENEW: row("续聘、解聘培训者", "A7.10", b=DESK_TE),
    Permission.TRAINER_REVOCATION_READ: row("查看撤销资格", "A7.11", b=ALL, p=SELF),
    Permission.TRAINER_REVOKE: row(
        "撤销培训者资格", "A7.11", b=DESK_TE, reading="一人提出，另一人凭证据确认；提出人不能确认。"
    ),
    Permission.TRAINER_REPORT_READ: row("查看对培训者的反映", "A7.11", b=DESK_TE),
    Permission.TRAINER_REPORT: row(
        "反映培训者的撤销情形",
        "A7.11",
        t=ALL,
        c=ALL,
        s=ALL,
        p=ALL,
        reading="名册公开，任何单位和教师都可以反映；反映内容只有教师教育科可见。",
    ),
    Permission.TRAINER_WORK_READ: row(
        "查看培训者工作任务", "A7.8", b=ALL, t=ALL, c=SUBTREE, s=OWN, p=SELF, reading="工作任务计入本单位工作量。"
    ),
    Permission.TRAINER_ASSIGN: row("登记培训者工作任务", "A7.7", b=DESK_TE, t=ALL),
    Permission.TRAINER_PAY: row(
        "登记培训者报酬发放",
        "A7.8",
        b=Grant(Reach.ALL, frozenset({"finance", TEACHER_EDUCATION})),
        reading="由财务科室或教师教育科登记。",
    ),
    Permission.TRAINER_ASSESSMENT_READ: row("查看培训者年度考核", "A7.10", b=ALL, t=ALL, p=SELF),
    Permission.TRAINER_ASSESS: row(
        "培训者年度考核", "A7.10", b=DESK_TE, reading="由教师教育科考核；在聘培训者不能考核同一团队的人。"
    ),
    Permission.TRAINER_INPUT_READ: row("查看培训者考核意见", "A7.10", b=ALL, t=ALL, s=OWN, p=SELF),
    Permission.TRAINER_INPUT_GIVE: row(
        "提出培训者考核意见", "A7.10", t=ALL, s=OWN, reading="所在单位和进修学校各提一次，供教师教育科考核参考。"
    ),
    Permission.TRAINER_REPLY: row("对年度考核陈述意见", "A7.10", p=SELF),
    Permission.TRAINER_TEAM_READ: row("查看培训者团队读数", "M3.3", b=ALL, t=ALL),
    Permission.TRAINER_COMMUNITY_RUN: row(
        "组建研修共同体、登记研修活动",
        "A7.9",
        t=ALL,
        reading="由进修学校组建；年度集中研修（正文四（四））也由其登记。",
    ),
    Permission.PUBLICATION_READ: row(
        "查看信息发布",
        "A3.5",
        b=ALL,
        t=ALL,
        c=SUBTREE,
        s=OWN,
        p=SELF,
        reading="已发布的信息是公开的，各角色都能查看；未发布的按报送单位和报送人。",
    ),
    Permission.PUBLICATION_SUBMIT: row("报送信息", "A3.5", c=SUBTREE, s=OWN, p=SELF),
    Permission.PUBLICATION_PUBLISH: row(
        "审核发布信息、登记阅读量",
        "M6.2.3e",
        b=DESK_GENERAL,
        t=ALL,
        reading="由综合科或进修学校（附件3 第五条）发布；报送人不能发布自己的信息，文中写到的人须同意公开。",
    ),
    Permission.ASSISTANCE_READ: row("查看学校称号与结对帮扶", "M7.2b", b=ALL, t=ALL, c=SUBTREE, s=OWN),
    Permission.ASSISTANCE_RECOMMEND: row("推荐学校称号、结对帮扶", "M7.2b", b=DESK_TE, t=ALL),
    Permission.ASSISTANCE_SET: row(
        "审定、终止学校称号与结对帮扶",
        "A4.5",
        b=DESK_TE,
        reading="进修学校推荐、教师教育科审定，推荐与审定须为不同的人；教师教育科也可以自行推荐，由另一人审定。",
    ),
    Permission.CASE_READ: row(
        "查看典型案例",
        "A2.5c",
        b=ALL,
        t=ALL,
        c=SUBTREE,
        s=OWN,
        p=SELF,
        reading="已入选的案例供各单位学习，各角色都能查看；其他的按报送单位和报送人。",
    ),
    Permission.CASE_SUBMIT: row("报送典型案例", "A2.5c", c=OWN, s=OWN, p=SELF),
    Permission.CASE_REVIEW: row("评审典型案例", "A2.5c", t=ALL, reading="报送人不能评审自己的案例。"),
    Permission.CASE_RECOMMEND: row(
        "上报典型案例", "M6.2.3e", b=DESK_GENERAL, t=ALL, reading="由综合科或进修学校从已入选的案例中择优上报。"
    ),
    Permission.CASE_USE: row(
        "登记案例的推广应用", "A2.5c", t=ALL, c=SUBTREE, s=OWN, reading="以本单位的名义登记，案例是谁的都可以。"
    ),
}
