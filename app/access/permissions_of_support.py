"""Rows of the permission table for what carries the work: the leading group, experts, deliveries and funds."""

from collections.abc import Mapping

from app.access.permission_names import ALL, DESK_TE, OWN, SELF, SUBTREE, Permission, Rule, row

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
}
