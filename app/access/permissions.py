"""The one permission table: (permission, role) → how far it reaches, and by which clause 权限表.

Everything not written here is refused. docs/permissions.md is generated from this file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """The five roles 五类角色: 教体局, 进修学校, 中心校, 学校, 教师."""

    BUREAU = "bureau"
    TRAINING_SCHOOL = "training_school"
    CENTRAL_SCHOOL = "central_school"
    SCHOOL = "school"
    TEACHER = "teacher"

    @property
    def label(self) -> str:
        """As people say it."""
        return _ROLE_TITLES[self]


_ROLE_TITLES = {
    Role.BUREAU: "教体局",
    Role.TRAINING_SCHOOL: "进修学校",
    Role.CENTRAL_SCHOOL: "中心校",
    Role.SCHOOL: "学校",
    Role.TEACHER: "教师",
}


class Reach(StrEnum):
    """How far a permission reaches: the whole county, the own subtree, the own organisation, oneself."""

    ALL = "all"
    SUBTREE = "subtree"
    OWN = "own"
    SELF = "self"


class Permission(StrEnum):
    """What may be done; the value is what an API client's scope names."""

    ORGANISATION_READ = "organisation.read"
    ORGANISATION_CHANGE = "organisation.change"
    SCHOOL_YEAR_READ = "school_year.read"
    SCHOOL_YEAR_CHANGE = "school_year.change"
    POLICY_READ = "policy.read"
    TEACHER_READ = "teacher.read"
    TEACHER_CHANGE = "teacher.change"
    TEACHER_CHANGE_CONTACT = "teacher.change_contact"
    TEACHER_TRANSFER = "teacher.transfer"
    TEACHER_UNMASK = "teacher.unmask"
    TEACHER_MERGE = "teacher.merge"
    TEACHER_CORRECTION_READ = "teacher_correction.read"
    TEACHER_CORRECTION_ASK = "teacher_correction.ask"
    HOURS_READ = "hours.read"
    HOURS_COMPLETION_READ = "hours_completion.read"
    HOURS_SEAL_READ = "hours_seal.read"
    HOURS_POST = "hours.post"
    HOURS_REVERSE = "hours.reverse"
    HOURS_RECREDIT = "hours.recredit"
    HOURS_DISPUTE_READ = "hours.read_dispute"
    HOURS_DISPUTE_ASK = "hours.ask_dispute"
    HOURS_DISPUTE_ANSWER = "hours.answer_dispute"
    HOURS_CLOSING_READ = "hours.read_closing"
    HOURS_CLOSE_YEAR = "hours.close_year"
    HOURS_REOPEN_YEAR = "hours.reopen_year"
    HOURS_CORRECT_CLOSED = "hours.correct_closed"
    CERTIFICATE_READ = "certificate.read"
    CERTIFICATE_ISSUE_HOURS = "certificate.issue_hours"
    CERTIFICATE_REVOKE = "certificate.revoke"
    SUBMISSION_READ = "hours_submission.read"
    SUBMISSION_FILE = "hours_submission.file"
    SUBMISSION_RECOMMEND = "hours_submission.recommend"
    SUBMISSION_RETURN = "hours_submission.return"
    SUBMISSION_APPROVE = "hours_submission.approve"
    SCHOOL_PLAN_READ = "school_plan.read"
    SCHOOL_PLAN_FILE = "school_plan.file"
    SCHOOL_PLAN_REVIEW = "school_plan.review"
    RESEARCH_ACTIVITY_READ = "research_activity.read"
    RESEARCH_ACTIVITY_RECORD = "research_activity.record"
    RESEARCH_SIGN_IN = "research_activity.sign_in"
    INSPECTION_READ = "inspection.read"
    INSPECTION_CHECK = "inspection.check"
    INSPECTION_ANSWER = "inspection.answer"
    SAMPLE_READ = "inspection_sample.read"
    SAMPLE_DRAW = "inspection_sample.draw"
    TERM_ASSESSMENT_READ = "term_assessment.read"
    TERM_ASSESSMENT_SET = "term_assessment.set"
    DEVELOPMENT_READ = "development_plan.read"
    DEVELOPMENT_WRITE = "development_plan.write"
    IMPORT_ORGANISATIONS = "import.organisations"
    IMPORT_TEACHERS = "import.teachers"
    IMPORT_HOURS = "import.hours"
    IMPORT_RESEARCH_HOURS = "import.research_hours"
    IMPORT_READ = "import.read"
    EXPORT_CREATE = "export.create"
    EXPORT_LARGE = "export.large"
    EXPORT_APPROVE = "export.approve"
    ACCOUNT_READ = "account.read"
    ACCOUNT_CHANGE = "account.change"
    ACCOUNT_REQUEST = "account.request"
    API_CLIENT_CHANGE = "api_client.change"
    AUDIT_READ = "audit.read"
    EVENT_READ = "event.read"
    OWN_ACCOUNT = "own_account"
    FILE_ATTACH = "file.attach"
    FILE_READ = "file.read"
    FILE_HIDE = "file.hide"


TEACHER_EDUCATION = "teacher_education"


@dataclass(frozen=True, slots=True)
class Grant:
    """A cell of the table: the reach, and for the bureau the desks (department codes) it is limited to."""

    reach: Reach
    desks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table: what each role may do, and the clause that says so (None: the text is silent)."""

    grants: Mapping[Role, Grant]
    clause: str | None
    title: str
    reading: str | None = None


ALL, SUBTREE, OWN, SELF = Grant(Reach.ALL), Grant(Reach.SUBTREE), Grant(Reach.OWN), Grant(Reach.SELF)
DESK_TE = Grant(Reach.ALL, frozenset({TEACHER_EDUCATION}))


def _row(  # noqa: PLR0913 - one argument per column of the table
    title: str,
    clause: str | None,
    *,
    b: Grant | None = None,
    t: Grant | None = None,
    c: Grant | None = None,
    s: Grant | None = None,
    p: Grant | None = None,
    reading: str | None = None,
) -> Rule:
    """A row; b 教体局, t 进修学校, c 中心校, s 学校, p 教师 (person), in the order of Role."""
    cells = zip(Role, (b, t, c, s, p), strict=True)
    return Rule(MappingProxyType({role: grant for role, grant in cells if grant}), clause, title, reading)


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
        Permission.SCHOOL_PLAN_READ: _row(
            "查看年度校本研修方案",
            "A5.6",
            b=ALL,
            t=ALL,
            c=SUBTREE,
            s=OWN,
            p=OWN,
            reading="教师查看本校已通过的方案。",
        ),
        Permission.SCHOOL_PLAN_FILE: _row("填报、提交、修订年度校本研修方案", "A5.7.3", s=OWN),
        Permission.SCHOOL_PLAN_REVIEW: _row(
            "审核年度校本研修方案", "A5.6", t=ALL, reading="附件5 第六条由进修学校审核；提交人不能审核。"
        ),
        Permission.RESEARCH_ACTIVITY_READ: _row(
            "查看校本研修活动与出席", "A5.8.1", b=ALL, t=ALL, c=SUBTREE, s=OWN, p=OWN
        ),
        Permission.RESEARCH_ACTIVITY_RECORD: _row("记录校本研修活动与出席", "A5.7.2", s=OWN),
        Permission.RESEARCH_SIGN_IN: _row("校本研修活动本人签到", "A5.2", p=SELF),
        Permission.INSPECTION_READ: _row("查看校本研修检查", "A5.8.1", b=ALL, t=ALL, c=SUBTREE, s=OWN),
        Permission.INSPECTION_CHECK: _row(
            "检查校本研修、评定、复查整改",
            "A5.8.1",
            t=ALL,
            c=SUBTREE,
            reading="期中由中心校检查所辖学校，市直学校由进修学校检查；期末抽中的学校由进修学校评定（附件5 第八条）。",
        ),
        Permission.INSPECTION_ANSWER: _row("提交抽查材料、报告整改", "A5.8.2", s=OWN),
        Permission.SAMPLE_READ: _row(
            "查看、复核期末随机抽查",
            "A5.8.2",
            b=ALL,
            t=ALL,
            c=ALL,
            s=ALL,
            reading="抽查公开：谁被抽中、怎样抽中，各校均可复核。",
        ),
        Permission.SAMPLE_DRAW: _row("登记、抽取期末随机抽查", "A5.8.2", t=ALL),
        Permission.TERM_ASSESSMENT_READ: _row("查看学期考核", "A5.7.2", b=ALL, t=ALL, c=SUBTREE, s=OWN, p=SELF),
        Permission.TERM_ASSESSMENT_SET: _row("登记学期考核", "A5.7.2", s=OWN),
        Permission.DEVELOPMENT_READ: _row("查看三年教师发展规划与培训经费", "A5.R", b=ALL, t=ALL, c=SUBTREE, s=OWN),
        Permission.DEVELOPMENT_WRITE: _row("填报三年教师发展规划与培训经费", "A5.R", s=OWN),
        Permission.IMPORT_ORGANISATIONS: _row("批量导入机构", None, b=DESK_TE, t=ALL),
        Permission.IMPORT_TEACHERS: _row("批量导入教师", None, b=DESK_TE, t=ALL, c=SUBTREE, s=OWN),
        Permission.IMPORT_HOURS: _row("批量导入学时", "A5.6", t=ALL),
        Permission.IMPORT_RESEARCH_HOURS: _row(
            "批量导入校本研修学时申报",
            "A5.7.1",
            s=OWN,
            reading="学校导入的是申报（草稿），提交并经进修学校核准后才计入学时（附件5 第六条）。",
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
