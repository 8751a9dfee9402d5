"""Rows of the permission table for rubrics, campaigns, score sheets and awards 评价与评选."""

from collections.abc import Mapping

from app.access.permission_names import (
    ALL,
    DESK_BE,
    DESK_TE,
    DESK_TE_BE,
    OWN,
    SELF,
    SUBTREE,
    Permission,
    Rule,
    row,
)

ROWS: Mapping[Permission, Rule] = {
    Permission.RUBRIC_READ: row("查看评价标准", "A5.R", b=ALL, t=ALL, c=ALL, s=ALL, p=ALL),
    Permission.RUBRIC_WRITE: row(
        "拟定评价标准", "M6.2.3b", b=DESK_TE_BE, t=ALL, reading="进修学校可以拟稿，由教体局业务科室的另一人公布。"
    ),
    Permission.RUBRIC_PUBLISH: row("公布评价标准", "M6.2.3b", b=DESK_TE_BE, reading="公布人不能是拟定人。"),
    Permission.CAMPAIGN_READ: row("查看评选与公示名单", "M7.1b", b=ALL, t=ALL, c=ALL, s=ALL, p=ALL),
    Permission.CAMPAIGN_RUN: row("组织评选：名额、评审组、开始推荐与评审", "M7.1b", b=DESK_TE),
    Permission.CAMPAIGN_PUBLICISE: row(
        "公示评选结果", "M7.1b", b=DESK_TE, t=ALL, reading="进修学校组织评审并提出拟表彰名单（附件5 第六条）。"
    ),
    Permission.CAMPAIGN_DECIDE: row("审定评选结果、颁发证书", "M7.1b", b=DESK_TE, reading="审定人不能是公示人。"),
    Permission.CANDIDATE_READ: row("查看候选对象", "A5.9", b=ALL, t=ALL, c=SUBTREE, s=OWN, p=SELF),
    Permission.CANDIDATE_NOMINATE: row(
        "推荐参评",
        "A5.9",
        t=ALL,
        c=SUBTREE,
        s=OWN,
        p=SELF,
        reading="候选对象由中心校推荐（附件5 第九条）；市直学校之上没有中心校，自行推荐；"
        "市级工作坊由主持人单独参与骨干教师评审（附件6 第七条）。",
    ),
    Permission.SCORE_SHEET_READ: row(
        "查看评分表", "A5.R", b=ALL, t=ALL, p=SELF, reading="评委看得到自己的评分表；其他人公示后看结果。"
    ),
    Permission.SCORE_SHEET_SCORE: row(
        "评委打分", "A5.R", b=DESK_BE, t=ALL, p=SELF, reading="只有被指定的评委本人可以打分；回避由系统强制。"
    ),
    Permission.SCORE_SHEET_CONFIRM: row(
        "确认、退回评分表", "A5.R", b=DESK_TE, t=ALL, reading="确认人不能是打分的评委。"
    ),
    Permission.SCORE_SHEET_CHAIR: row("评审组长裁定得分", "A5.R", t=ALL, reading="须写明理由，由评审组长本人办理。"),
    Permission.OBJECTION_READ: row("查看公示异议", None, b=ALL, t=ALL, c=OWN, s=OWN, p=SELF),
    Permission.OBJECTION_LODGE: row("公示期内提出异议", None, b=ALL, t=ALL, c=ALL, s=ALL, p=ALL),
    Permission.OBJECTION_ANSWER: row("答复公示异议", None, b=DESK_TE, t=ALL, reading="答复人不能是提出人。"),
    Permission.AWARD_READ: row("查看奖项", "M7.1b", b=ALL, t=ALL, c=ALL, s=ALL, p=ALL),
    Permission.AWARD_REVOKE: row("撤销奖项", None, b=DESK_TE, reading="一人提出，另一人确认。"),
    Permission.BACKBONE_READ: row("查看骨干教师推荐资格", "A6.13b", b=ALL, t=ALL, c=SUBTREE, s=OWN, p=SELF),
    Permission.IMPORT_AWARDS: row("批量导入历史奖项", "M7.1b", b=DESK_TE, reading="只用于补录使用本系统前的表彰。"),
}
