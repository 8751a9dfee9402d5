"""Rows of the permission table for what carries the work: the leading group, experts, deliveries and funds."""

from collections.abc import Mapping

from app.access.permission_names import ALL, DESK_TE, DESK_TE_FIN, OWN, SELF, SUBTREE, Permission, Rule, row

ROWS: Mapping[Permission, Rule] = {
    Permission.STEERING_READ: row("查看领导小组与办公室", "A1", b=ALL, t=ALL, c=ALL, s=ALL, p=ALL),
    Permission.STEERING_SET: row(
        "成立、撤销领导小组与办公室，任职、卸任",
        "M6.1.1",
        b=DESK_TE,
        t=ALL,
        reading="领导小组及其办公室由教师教育科办理，项目办由进修学校办理（附件3 一）。",
    ),
    Permission.EXPERT_READ: row("查看专家智库", "M6.1.2", b=ALL, t=ALL, c=ALL, s=ALL, p=ALL),
    Permission.EXPERT_ENGAGE: row("聘请、终止聘请指导专家", "M6.1.2", b=DESK_TE),
    Permission.EXPERT_REVIEW: row(
        "评议指导专家、查看评议", "M6.1.2", b=DESK_TE, t=ALL, reading="由教师教育科和实施单位（进修学校）评议。"
    ),
    Permission.DELIVERY_READ: row("查看送教送培", "M4.3", b=ALL, t=ALL, c=ALL, s=ALL, p=ALL),
    Permission.DELIVERY_PLAN: row("安排送教送培", "M4.3", b=DESK_TE, t=ALL),
    Permission.DELIVERY_ATTENDANCE_READ: row("查看送教送培出勤", "M4.3", b=ALL, t=ALL, c=SUBTREE, s=OWN, p=SELF),
    Permission.DELIVERY_RECORD: row(
        "登记送教送培出勤",
        "M4.3",
        t=ALL,
        s=OWN,
        reading="由进修学校或承办学校登记；学时由进修学校的另一人确认（hours.post）。",
    ),
    Permission.FUND_READ: row(
        "查看经费预算与支出",
        "M6.2.2",
        b=DESK_TE_FIN,
        t=ALL,
        reading="由财审科和教师教育科掌握，项目办（进修学校）查看；学校和教师查看自己的报销与劳务费。",
    ),
    Permission.FUND_PLAN: row("编列、调整经费预算", "M6.2.2", b=DESK_TE_FIN),
    Permission.FUND_RECORD: row(
        "登记、确认、冲销经费支出，支付劳务费和报销",
        "M6.2.2",
        b=DESK_TE_FIN,
        reading="由财审科或教师教育科办理；登记人不能确认或冲销自己登记的支出，审核报销的人不能支付。",
    ),
    Permission.EXPERT_FEE_READ: row("查看专家劳务费", "M6.1.2", b=DESK_TE_FIN, t=ALL, p=SELF),
    Permission.EXPERT_FEE_RECORD: row(
        "登记、撤回应付专家劳务费", "M6.1.2", b=DESK_TE_FIN, t=ALL, reading="由实施单位登记，财审科支付。"
    ),
    Permission.REIMBURSEMENT_READ: row("查看参训报销", "M6.3.2", b=DESK_TE_FIN, t=ALL, c=SUBTREE, s=OWN, p=SELF),
    Permission.REIMBURSEMENT_SUBMIT: row("提交、撤回参训报销", "M6.3.2", s=OWN),
    Permission.REIMBURSEMENT_CHECK: row(
        "审核、退回参训报销", "M6.3.2", b=DESK_TE_FIN, reading="提交、审核、支付须为不同的人。"
    ),
}
