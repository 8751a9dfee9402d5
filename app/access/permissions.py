"""The one permission table: (permission, role) → how far it reaches, and by which clause 权限表.

Everything not written here is refused. docs/permissions.md is generated from this file.
"""

from collections.abc import Mapping
from types import MappingProxyType

from app.access import (
    permissions_of_consultations,
    permissions_of_evaluations,
    permissions_of_performance,
    permissions_of_portfolio,
    permissions_of_practice,
    permissions_of_projects,
    permissions_of_support,
    permissions_of_training,
    permissions_of_work,
)
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
    Role,
    Rule,
)
from app.access.permission_names import row as _row

__all__ = [
    "DESK_TE",
    "PERMISSIONS",
    "TEACHER_EDUCATION",
    "Grant",
    "Permission",
    "Reach",
    "Role",
    "Rule",
    "grant_for",
    "roles_with",
]

PERMISSIONS: Mapping[Permission, Rule] = MappingProxyType(
    {
        Permission.ORGANISATION_READ: _row("查看机构", None, b=ALL, t=ALL, c=ALL, s=ALL, p=ALL),
        Permission.ORGANISATION_CHANGE: _row("维护机构", None, b=DESK_TE, t=ALL),
        Permission.SCHOOL_YEAR_READ: _row("查看学年校历", None, b=ALL, t=ALL, c=ALL, s=ALL, p=ALL),
        Permission.SCHOOL_YEAR_CHANGE: _row("维护学年校历", "A5.7.3", b=DESK_TE, t=ALL),
        Permission.POLICY_READ: _row("查看办法与代码表", None, b=ALL, t=ALL, c=ALL, s=ALL, p=ALL),
        Permission.TEACHER_READ: _row("查看教师档案（脱敏）", "M3.5", b=ALL, t=ALL, c=SUBTREE, s=OWN, p=SELF),
        Permission.TEACHER_CHANGE: _row("维护教师档案", "M3.5", b=DESK_TE, t=ALL, c=SUBTREE, s=OWN),
        Permission.TEACHER_CHANGE_CONTACT: _row("修改本人联系方式", "M3.5", p=SELF),
        Permission.TEACHER_TRANSFER: _row("教师调动", None, b=DESK_TE, t=ALL, c=SUBTREE),
        Permission.TEACHER_UNMASK: _row("查看完整证件号码与手机号", None, b=DESK_TE, t=ALL, s=OWN, p=SELF),
        Permission.TEACHER_MERGE: _row(
            "合并重复的教师档案",
            None,
            b=DESK_TE,
            reading="办法未写档案合并；由教师教育科办理，两份档案的历史都保留，可以撤销。",
        ),
        Permission.TEACHER_CORRECTION_READ: _row("查看更正申请", "M3.5", b=ALL, t=ALL, c=SUBTREE, s=OWN, p=SELF),
        Permission.TEACHER_CORRECTION_ASK: _row(
            "申请更正本人档案",
            "M3.5",
            p=SELF,
            reading="教师自行修改联系方式，其余内容申请更正；由可以维护该档案的另一人办理（teacher.change）。",
        ),
        Permission.HOURS_READ: _row("查看学时", "A5.10", b=ALL, t=ALL, c=SUBTREE, s=OWN, p=SELF),
        Permission.HOURS_COMPLETION_READ: _row("查看学时完成情况", "A5.6", b=ALL, t=ALL, c=SUBTREE, s=OWN),
        Permission.HOURS_SEAL_READ: _row("查看、核验学时封存", None, b=ALL, t=ALL, c=ALL, s=ALL, p=ALL),
        Permission.HOURS_POST: _row(
            "核准并登记学时",
            "A5.6",
            t=ALL,
            reading="附件5 第六条由进修学校核准校本研修学时；附件6 未写明工作坊学时由谁核准，其他类别亦同，均按此办理。"
            "学校是申报方，不能核准自己的学时。",
        ),
        Permission.HOURS_REVERSE: _row(
            "学时红冲",
            None,
            b=DESK_TE,
            t=ALL,
            reading="办法未写红冲；由进修学校或教师教育科办理，且不能是登记或核准该学时的本人。",
        ),
        Permission.HOURS_RECREDIT: _row(
            "学时重新计入",
            None,
            b=DESK_TE,
            t=ALL,
            reading="办法未写重新计入；与红冲同由进修学校或教师教育科办理，红冲该学时的人不能再重新计入。",
        ),
        Permission.HOURS_DISPUTE_READ: _row("查看学时申诉", "A5.10", b=ALL, t=ALL, c=SUBTREE, s=OWN, p=SELF),
        Permission.HOURS_DISPUTE_ASK: _row(
            "提出学时申诉",
            None,
            t=ALL,
            c=SUBTREE,
            s=OWN,
            p=SELF,
            reading="教师就本人学时（含漏记）申诉；学校、中心校和进修学校就范围内的记录请求红冲。",
        ),
        Permission.HOURS_DISPUTE_ANSWER: _row(
            "答复学时申诉",
            None,
            b=DESK_TE,
            t=ALL,
            reading="由进修学校答复，已封账的学年由教师教育科答复；申诉人、登记或核准人不能答复。",
        ),
        Permission.HOURS_CLOSING_READ: _row("查看学年封账", None, b=ALL, t=ALL, c=ALL, s=ALL, p=ALL),
        Permission.HOURS_CLOSE_YEAR: _row(
            "学年封账", None, b=DESK_TE, t=ALL, reading="办法未写封账；学年结束后由进修学校或教师教育科办理。"
        ),
        Permission.HOURS_REOPEN_YEAR: _row("学年解封", None, b=DESK_TE),
        Permission.HOURS_CORRECT_CLOSED: _row(
            "封账后更正学时",
            None,
            b=DESK_TE,
            reading="封账后不再登记；红冲和重新计入只由教师教育科办理。",
        ),
        Permission.CERTIFICATE_READ: _row("查看证书", None, b=ALL, t=ALL, c=SUBTREE, s=OWN, p=SELF),
        Permission.CERTIFICATE_ISSUE_HOURS: _row(
            "开具学时证明",
            None,
            b=ALL,
            t=ALL,
            c=SUBTREE,
            s=OWN,
            p=SELF,
            reading="办法未写学时证明；证明只抄录进修学校已核准的学时（附件5 第六条），谁能查看谁就能开具。",
        ),
        Permission.CERTIFICATE_REVOKE: _row("撤销证书", None, b=DESK_TE, t=ALL),
        Permission.SUBMISSION_READ: _row("查看学时申报", "A5.10", b=ALL, t=ALL, c=SUBTREE, s=OWN),
        Permission.SUBMISSION_FILE: _row(
            "填报、提交、撤回学时申报",
            "A5.7.1",
            c=OWN,
            s=OWN,
            reading="校本研修学时由学校申报；工作坊学时由工作坊所在的中心校或市直学校申报（附件6 第十三条）。",
        ),
        Permission.SUBMISSION_RECOMMEND: _row(
            "对学时申报签署意见",
            "A5.8.1",
            c=SUBTREE,
            reading="中心校在过程检查后对所辖学校的申报签署意见，可以不签；市直学校之上没有中心校，直接报进修学校。",
        ),
        Permission.SUBMISSION_RETURN: _row(
            "退回学时申报", "A5.6", t=ALL, c=SUBTREE, reading="中心校在签署意见前可以退回，进修学校在核准前可以退回。"
        ),
        Permission.SUBMISSION_APPROVE: _row(
            "核准学时申报", "A5.6", t=ALL, reading="核准即登记学时；申报、签署意见、核准须为不同的人。"
        ),
        Permission.IMPORT_ORGANISATIONS: _row("批量导入机构", None, b=DESK_TE, t=ALL),
        Permission.IMPORT_TEACHERS: _row("批量导入教师", None, b=DESK_TE, t=ALL, c=SUBTREE, s=OWN),
        Permission.IMPORT_HOURS: _row("批量导入学时", "A5.6", t=ALL),
        Permission.IMPORT_RESEARCH_HOURS: _row(
            "批量导入校本研修学时申报",
            "A5.7.1",
            s=OWN,
            reading="学校导入的是申报（草稿），提交并经进修学校核准后才计入学时（附件5 第六条）。",
        ),
        Permission.IMPORT_RESEARCH_ATTENDANCE: _row("批量导入校本研修活动与出席", "A5.7.2", s=OWN),
        Permission.IMPORT_WORKSHOP_MEMBERS: _row("批量导入工作坊成员", "A6.4", c=OWN, s=OWN),
        Permission.IMPORT_TRAINERS: _row(
            "批量导入已聘任的培训者", "A7.6", b=DESK_TE, reading="只用于补录使用本系统前的聘任。"
        ),
        Permission.IMPORT_READ: _row("查看本单位的导入", None, b=OWN, t=OWN, c=OWN, s=OWN),
        Permission.EXPORT_CREATE: _row("导出（脱敏）", None, b=ALL, t=ALL, c=SUBTREE, s=OWN, p=SELF),
        Permission.EXPORT_LARGE: _row("超过 500 行的导出不经第二人", None, b=DESK_TE),
        Permission.EXPORT_APPROVE: _row("同意超过 500 行的导出", None, b=DESK_TE, t=ALL),
        Permission.ACCOUNT_READ: _row("查看账号", None, b=DESK_TE, t=OWN),
        Permission.ACCOUNT_CHANGE: _row("维护账号与授权", None, b=DESK_TE, t=OWN),
        Permission.ACCOUNT_REQUEST: _row(
            "申请、确认学校经办人账号",
            None,
            b=DESK_TE,
            c=SUBTREE,
            s=OWN,
            reading="学校经办人的账号或授权由学校、中心校申请，经有权办理的另一人（本校、中心校或教师教育科）确认后生效；"
            "申请人、被授权人都不能确认。",
        ),
        Permission.API_CLIENT_CHANGE: _row("维护 API 客户端", None, b=DESK_TE, t=OWN),
        Permission.AUDIT_READ: _row("查看审计日志", None, b=DESK_TE, t=OWN, p=SELF),
        Permission.EVENT_READ: _row("查看变更流", None, b=ALL, t=ALL, c=SUBTREE, s=OWN, p=SELF),
        Permission.OWN_ACCOUNT: _row("本人账号与会话", None, b=SELF, t=SELF, c=SELF, s=SELF, p=SELF),
        Permission.FILE_ATTACH: _row("上传过程档案", "A5.10", t=ALL, c=OWN, s=OWN, p=SELF),
        Permission.FILE_READ: _row(
            "查看过程档案",
            "A5.10",
            b=ALL,
            t=ALL,
            c=SUBTREE,
            s=OWN,
            p=SELF,
            reading="档案的可见范围与所属记录相同，不会更宽。",
        ),
        Permission.FILE_HIDE: _row(
            "隐藏过程档案",
            None,
            b=DESK_TE,
            t=ALL,
            c=OWN,
            s=OWN,
            reading="档案不能删除，只能写明理由后隐藏；隐藏后保留记录，不再提供内容。",
        ),
        **permissions_of_work.ROWS,
        **permissions_of_support.ROWS,
        **permissions_of_projects.ROWS,
        **permissions_of_consultations.ROWS,
        **permissions_of_evaluations.ROWS,
        **permissions_of_performance.ROWS,
        **permissions_of_portfolio.ROWS,
        **permissions_of_training.ROWS,
        **permissions_of_practice.ROWS,
    }
)


def grant_for(permission: Permission, role: Role, desk: str | None) -> Grant | None:
    """The cell of the table, or None where it is refused."""
    grant = PERMISSIONS[permission].grants.get(role)
    if grant is None or (grant.desks and desk not in grant.desks):
        return None
    return grant


def roles_with(permission: Permission) -> list[Role]:
    """The roles a permission names, in the order of the table."""
    return [role for role in Role if role in PERMISSIONS[permission].grants]
