"""Rows of the permission table for training projects: plans, projects, selection, trainees."""

from collections.abc import Mapping

from app.access.permission_names import ALL, DESK_TE, OWN, SELF, SUBTREE, Permission, Rule, row

ROWS: Mapping[Permission, Rule] = {
    Permission.TRAINING_PLAN_READ: row(
        "查看培训规划与年度计划",
        "M3.2",
        b=ALL,
        t=ALL,
        c=ALL,
        s=ALL,
        p=ALL,
        reading="中心校、学校和教师查看已批准的规划与计划。",
    ),
    Permission.TRAINING_PLAN_WRITE: row("编制、提交培训规划与年度计划", "M3.2", b=DESK_TE),
    Permission.TRAINING_PLAN_APPROVE: row(
        "批准、退回培训规划与年度计划", "M3.2", b=DESK_TE, reading="由教师教育科办理，提交人不能批准。"
    ),
    Permission.PROJECT_READ: row(
        "查看培训项目",
        "A3.5",
        b=ALL,
        t=ALL,
        c=ALL,
        s=ALL,
        p=ALL,
        reading="教师查看已发布的项目和本人报名、参加的项目。",
    ),
    Permission.PROJECT_PLAN: row("立项、修改、提交、取消培训项目", "M3.1", b=DESK_TE),
    Permission.PROJECT_APPROVE: row(
        "批准、退回培训项目立项", "M3.1", b=DESK_TE, reading="由教师教育科办理，提交人不能批准。"
    ),
    Permission.PROJECT_RUN: row(
        "组织实施培训项目",
        "A3.2",
        b=DESK_TE,
        t=ALL,
        reading="项目办（进修学校）负责项目实施，领导小组办公室（教师教育科）督促实施。",
    ),
    Permission.PROJECT_STAFF: row("组建子项目组、指导组、跟踪评价小组，选派跟班人员", "A3.3", t=ALL),
    Permission.PROJECT_ALLOT: row(
        "分配名额、制定遴选条件、整建制组班",
        "A2.2",
        b=DESK_TE,
        t=ALL,
        reading="名额由教师教育科或进修学校分配；整建制组班即按工作坊给成员所在单位名额并一次选送。",
    ),
    Permission.NOMINATION_READ: row("查看项目报名", "A2.2", b=ALL, t=ALL, c=SUBTREE, s=OWN, p=SELF),
    Permission.NOMINATION_APPLY: row("申请参加培训项目", "A2.2", p=SELF),
    Permission.NOMINATION_MAKE: row("选送教师参加培训项目", "M6.3.2", c=SUBTREE, s=OWN),
    Permission.IMPORT_NOMINATIONS: row(
        "批量导入选送名单",
        "M6.3.2",
        c=SUBTREE,
        s=OWN,
        reading="导入的即为选送，占用本单位名额，须经同样的报送、审核和确认。",
    ),
    Permission.NOMINATION_PASS: row(
        "报送所辖学校的选送", "A2.2", c=SUBTREE, reading="市直学校之上没有中心校，直接由进修学校审核。"
    ),
    Permission.NOMINATION_CHECK: row("审核选送是否符合遴选条件", "A2.2", t=ALL),
    Permission.NOMINATION_CONFIRM: row(
        "确认录取学员", "A2.2", b=DESK_TE, reading="申请、选送、报送、审核、录取须为不同的人。"
    ),
    Permission.NOMINATION_REJECT: row(
        "退回、不予录取",
        "A2.2",
        b=DESK_TE,
        t=ALL,
        c=SUBTREE,
        s=OWN,
        reading="轮到谁办理，谁就可以写明理由后不予通过。",
    ),
    Permission.NOMINATION_WITHDRAW: row(
        "撤回报名", None, t=ALL, c=SUBTREE, s=OWN, p=SELF, reading="录取前可以撤回；教师撤回本人的申请。"
    ),
    Permission.NOMINATION_RATE_READ: row("查看选送率与少报名单", "A4.2", b=ALL, t=ALL, c=SUBTREE, s=OWN),
    Permission.TRAINEE_READ: row("查看培训项目学员", "A2.3c", b=ALL, t=ALL, c=SUBTREE, s=OWN, p=SELF),
    Permission.TRAINEE_ASK_WITHDRAWAL: row(
        "申请退出培训项目", "M6.3.2", c=SUBTREE, s=OWN, p=SELF, reading="写明理由，由进修学校或教师教育科办理。"
    ),
    Permission.TRAINEE_REPLACE: row(
        "办理学员退出、替换",
        "A2.2",
        b=DESK_TE,
        t=ALL,
        reading="替换在项目开始前办理，替换人须符合同样的条件，并由另一人确认。",
    ),
}
