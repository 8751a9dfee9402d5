"""The REST door: every domain's router under /v1."""

from fastapi import FastAPI

from app.accounts.rest import requested
from app.accounts.rest import router as accounts
from app.api.public import router as public
from app.api.system import router as system
from app.archive.rest import router as files
from app.assistance.rest import router as assistance
from app.bulk_import.rest import router as imports
from app.cases.rest import router as cases
from app.certificates.rest import public as verification
from app.certificates.rest import router as certificates
from app.consultations.rest import ROUTERS as CONSULTATIONS
from app.corrections.rest import router as corrections
from app.deliveries.rest import ROUTERS as DELIVERIES
from app.evaluations.rest import ROUTERS as EVALUATIONS
from app.exports.rest import router as exports
from app.funds.rest import ROUTERS as FUNDS
from app.hours.rest import ROUTERS as HOURS
from app.organisations.rest import router as organisations
from app.performance.rest import ROUTERS as PERFORMANCE
from app.portfolio.rest import router as portfolio
from app.practice.rest import ROUTERS as PRACTICE
from app.projects.rest import ROUTERS as PROJECTS
from app.publications.rest import router as publications
from app.school_research.rest import ROUTERS as RESEARCH
from app.steering.rest import ROUTERS as STEERING
from app.teachers.rest import router as teachers
from app.trainers.rest import ROUTERS as TRAINERS
from app.training.rest import ROUTERS as TRAINING
from app.workshops.rest import ROUTERS as WORKSHOPS

ROUTERS = (
    *HOURS,
    *WORKSHOPS,
    *TRAINERS,
    *PRACTICE,
    *TRAINING,
    *RESEARCH,
    *PROJECTS,
    *PERFORMANCE,
    *STEERING,
    *DELIVERIES,
    *EVALUATIONS,
    *FUNDS,
    *CONSULTATIONS,
    teachers,
    portfolio,
    corrections,
    publications,
    cases,
    assistance,
    accounts,
    requested,
    system,
    organisations,
    imports,
    exports,
    certificates,
    verification,
    public,
    files,
)
TAGS = [
    {"name": "accounts", "description": "登录、令牌、账号、授权与 API 客户端", "x-displayName": "账号"},
    {"name": "system", "description": "启动信息、代码表、条款数值、长时任务与变更流", "x-displayName": "系统"},
    {"name": "organisations", "description": "区域、机构树与学年校历", "x-displayName": "机构"},
    {"name": "teachers", "description": "教师档案、任职经历与更正申请", "x-displayName": "教师"},
    {"name": "portfolio", "description": "教师成长档案与培训覆盖情况", "x-displayName": "成长档案"},
    {"name": "hours", "description": "学时台账：登记、红冲、学年学时与完成情况", "x-displayName": "学时"},
    {"name": "workshops", "description": "教师工作坊与“三名”工作室：注册、成员、活动与评审", "x-displayName": "工作坊"},
    {
        "name": "publications",
        "description": "信息发布与典型案例：报送、发布、阅读量与加分，评审、上报与推广",
        "x-displayName": "信息发布",
    },
    {
        "name": "assistance",
        "description": "学校称号（教师发展学校、校本研修示范校）与结对帮扶",
        "x-displayName": "帮扶",
    },
    {
        "name": "training",
        "description": "培训过程：需求问卷、课程设计、课次与考勤、作业与成绩、结业与三率",
        "x-displayName": "培训过程",
    },
    {"name": "trainers", "description": "培训者团队：申请、聘任、考核、工作与团队读数", "x-displayName": "培训者"},
    {"name": "practice", "description": "返岗实践：任务、成果、案例、对接与跟踪评价", "x-displayName": "返岗实践"},
    {"name": "school_research", "description": "校本研修：年度方案、活动与期末抽查", "x-displayName": "校本研修"},
    {"name": "projects", "description": "培训规划与培训项目：立项、选学员、学员名册", "x-displayName": "培训项目"},
    {
        "name": "performance",
        "description": "绩效评级：自评、评分、佐证、测算与冻结",
        "x-displayName": "绩效评级",
    },
    {
        "name": "steering",
        "description": "组织领导：领导小组、领导小组办公室、项目办与专家智库",
        "x-displayName": "组织领导",
    },
    {"name": "deliveries", "description": "送教送培：年度系列、送教活动、受训出勤与学时", "x-displayName": "送教送培"},
    {
        "name": "evaluations",
        "description": "评价与评选：评价标准、评分表、评选、公示与奖项",
        "x-displayName": "评价评选",
    },
    {
        "name": "consultations",
        "description": "会商与简报：十天会商、每月小结、会商会议、会商简报",
        "x-displayName": "会商简报",
    },
    {"name": "funds", "description": "经费：预算、支出、专家劳务费与参训报销", "x-displayName": "经费"},
    {"name": "projects", "description": "培训规划与培训项目：立项、选学员、学员名册", "x-displayName": "培训项目"},
    {"name": "certificates", "description": "证书：学时证明的开具、下载、撤销与公开核验", "x-displayName": "证书"},
    {"name": "exports", "description": "批量导出，超过 500 行须另一人同意", "x-displayName": "导出"},
    {"name": "imports", "description": "批量导入", "x-displayName": "导入"},
    {"name": "files", "description": "过程档案：上传、查看、打包下载", "x-displayName": "档案"},
    {"name": "probes", "description": "探针与指标", "x-displayName": "探针"},
]

PREFIX = "/v1"


def mount(app: FastAPI) -> None:
    """All routes of version 1, each router directly under the application: nesting costs a look-up per level."""
    for part in ROUTERS:
        app.include_router(part, prefix=PREFIX)
