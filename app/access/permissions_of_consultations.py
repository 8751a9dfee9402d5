"""Rows of the permission table for consultations and briefings 会商与简报. [A3.4]"""

from collections.abc import Mapping

from app.access.permission_names import ALL, DESK_TE, SELF, Permission, Rule, row

ROWS: Mapping[Permission, Rule] = {
    Permission.CONSULTATION_REPORT_READ: row(
        "查看会商汇报", "A3.4", b=ALL, t=ALL, p=SELF, reading="子项目组成员查看本子项目的汇报。"
    ),
    Permission.CONSULTATION_REPORT_WRITE: row(
        "填报、提交会商汇报",
        "A3.4",
        t=ALL,
        p=SELF,
        reading="由子项目团队汇报（附件3 第四条）：成员本人填报，或由进修学校以成员的名义代录。",
    ),
    Permission.CONSULTATION_REPORT_DECIDE: row(
        "接收、退回会商汇报",
        "A3.4",
        t=ALL,
        reading="向项目办汇报，项目办设在进修学校（附件3 第一条）；提交人不能接收自己的汇报。",
    ),
    Permission.CONSULTATION_READ: row(
        "查看每月小结、会商会议与议定事项",
        "A3.4",
        b=ALL,
        t=ALL,
        reading="教体局查看，由领导小组办公室督促（附件3 第二条）。",
    ),
    Permission.CONSULTATION_SUMMARISE: row(
        "撰写、办结每月小结", "A3.4", t=ALL, reading="一人撰写，另一人在月末之后办结；缺交的汇报记入小结。"
    ),
    Permission.CONSULTATION_MEETING_WRITE: row(
        "登记、确认会商会议，跟进议定事项",
        "A3.4",
        b=DESK_TE,
        t=ALL,
        reading="由项目办或领导小组办公室（教师教育科）登记，确认人不能是记录人。",
    ),
    Permission.BRIEFING_READ: row(
        "查看会商简报",
        "A3.4",
        b=ALL,
        t=ALL,
        c=ALL,
        s=ALL,
        p=ALL,
        reading="已发布的各角色都能查看；草稿由项目办和教体局查看。",
    ),
    Permission.BRIEFING_WRITE: row(
        "起草、发布、撤回会商简报",
        "A3.4",
        t=ALL,
        reading="项目办负责信息发布（附件3 第二条）；发布人不能是起草人。",
    ),
}
