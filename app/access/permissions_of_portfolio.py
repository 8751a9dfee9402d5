"""Rows of the permission table for the portfolio 成长档案 and for coverage 覆盖情况. [M3.2] [M3.5]"""

from collections.abc import Mapping

from app.access.permission_names import ALL, OWN, SELF, SUBTREE, Permission, Rule, row

ROWS: Mapping[Permission, Rule] = {
    Permission.PORTFOLIO_READ: row(
        "查看、打印教师成长档案",
        "M3.5",
        b=ALL,
        t=ALL,
        c=SUBTREE,
        s=OWN,
        p=SELF,
        reading="与教师档案同一范围；每一类记录还须有查看该类记录的权限，他人的意见和未公布的结果不在其中。",
    ),
    Permission.COVERAGE_READ: row(
        "查看教师培训覆盖情况",
        "M3.2",
        b=ALL,
        t=ALL,
        c=SUBTREE,
        s=OWN,
        reading="人人都有适合的培训项目：名单供安排培训的单位使用，教师本人看成长档案。",
    ),
}
