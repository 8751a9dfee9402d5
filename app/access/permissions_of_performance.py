"""Rows of the permission table for the performance scorecard 绩效评级. [A4.1]"""

from collections.abc import Mapping

from app.access.permission_names import ALL, DESK_TE, Permission, Rule, row

ROWS: Mapping[Permission, Rule] = {
    Permission.SCORECARD_READ: row(
        "查看绩效评级", "A4.1", b=ALL, t=ALL, reading="评级的是县级工作，由教体局各科室和进修学校查看。"
    ),
    Permission.SCORECARD_ASSESS: row(
        "绩效评级自评、上传佐证",
        "A4.1",
        b=ALL,
        t=ALL,
        reading="只办理责任科室一格写明是本科室（或进修学校）的项；写“各相关职能科室”的由教师教育科逐年指定。",
    ),
    Permission.SCORECARD_SCORE: row(
        "绩效评级评分、退回、指定责任科室",
        "A3.6",
        b=DESK_TE,
        reading="由教师教育科评分；自评的人不能评自己的项。",
    ),
    Permission.SCORECARD_FREEZE: row("冻结上报绩效评级", "A4.1", b=DESK_TE),
}
