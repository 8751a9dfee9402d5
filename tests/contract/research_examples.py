"""A valid request for every operation of school-based research, about an object at a place of the test world."""

from typing import Any

from app.access.permissions import Permission
from tests.contract.places import Example, Objects
from tests.factories.uploads import PDF

YEAR = {"school_year": "2026-2027"}
TERM = {"term": "2026-2027-1"}


def _plan(body: dict[str, Any] | None = None, **more: Any) -> Example:
    return Example(
        lambda at: {"plan_id": at.plan},
        body=None if body is None else lambda _: body,
        sees=Permission.SCHOOL_PLAN_READ,
        **more,
    )


def _activity(body: dict[str, Any] | None = None, **more: Any) -> Example:
    return Example(
        lambda at: {"activity_id": at.activity},
        body=None if body is None else lambda _: body,
        sees=Permission.RESEARCH_ACTIVITY_READ,
        **more,
    )


def _inspection(body: dict[str, Any] | None = None) -> Example:
    return Example(
        lambda at: {"inspection_id": at.inspection},
        body=None if body is None else lambda _: body,
        sees=Permission.INSPECTION_READ,
    )


def _development_plan(body: dict[str, Any] | None = None) -> Example:
    return Example(
        lambda at: {"development_plan_id": at.development_plan},
        body=None if body is None else lambda _: body,
        sees=Permission.DEVELOPMENT_READ,
    )


def _sample(body: dict[str, Any] | None = None) -> Example:
    return Example(
        lambda at: {"sample_id": at.sample},
        body=None if body is None else lambda _: body,
        sees=Permission.SAMPLE_READ,
    )


def _new_activity(at: Objects) -> dict[str, Any]:
    return {
        "school_id": str(at.organisation),
        "title": "矩阵教研",
        "activity_date": "2026-10-14",
        "content": "daily_teaching",
        "mode": "observation",
        "host": "教研组长",
        "hours": 2,
    }


def _new_plan(at: Objects) -> dict[str, Any]:
    return {"school_id": str(at.organisation), "school_year": "2025-2026"}


EXAMPLES: dict[str, Example] = {
    "listSchoolPlans": Example(query=lambda at: YEAR | {"school_id": at.organisation}),
    "listSchoolPlanProgress": Example(query=lambda _: YEAR),
    "createSchoolPlan": Example(body=_new_plan, placed=True),
    "getSchoolPlan": _plan(),
    "changeSchoolPlan": _plan({"content": {"theme": "课堂观察"}}),
    "getSchoolPlanPdf": _plan(),
    "getSchoolPlanDocx": _plan(),
    "listSchoolPlanActs": _plan(),
    "submitSchoolPlan": _plan({"late_reason": "放假"}),
    "approveSchoolPlan": _plan({"note": "同意"}),
    "returnSchoolPlan": _plan({"reason": "请补充研修安排"}),
    "startSchoolPlan": _plan({}),
    "closeSchoolPlan": _plan({}),
    "withdrawSchoolPlan": _plan({}),
    "listResearchActivities": Example(query=lambda at: {"term": "2026-2027-1", "school_id": at.organisation}),
    "createResearchActivity": Example(body=_new_activity, placed=True),
    "getResearchActivity": _activity(),
    "changeResearchActivity": _activity({"title": "改题"}),
    "cancelResearchActivity": _activity({"reason": "登记有误"}),
    "openResearchSignIn": _activity({}),
    "listResearchAttendance": _activity(),
    "createResearchAttendance": Example(
        lambda at: {"activity_id": at.activity},
        body=lambda at: {"lines": [{"teacher_id": str(at.teacher)}]},
        sees=Permission.RESEARCH_ACTIVITY_READ,
    ),
    "deleteResearchAttendance": Example(
        lambda at: {"activity_id": at.activity, "teacher_id": at.teacher}, sees=Permission.RESEARCH_ACTIVITY_READ
    ),
    "signInToResearchActivity": Example(body=lambda _: {"code": "ABCD2345"}),
    "claimResearchHours": Example(
        body=lambda at: {"school_id": str(at.organisation), "term": "2025-2026-1"}, placed=True
    ),
    "listInspectionSamples": Example(query=lambda _: TERM),
    "createInspectionSample": Example(body=lambda _: TERM | {"percent": 20, "reason": "复查"}),
    "getInspectionSample": _sample(),
    "drawInspectionSample": _sample({"public_value": "2026151"}),
    "verifyInspectionSample": _sample(),
    "listInspections": Example(query=lambda at: TERM | {"school_id": at.organisation}),
    "listResearchReminders": Example(),
    "listResearchHelp": Example(query=lambda _: YEAR),
    "listInspectionProgress": Example(query=lambda _: TERM),
    "createInspection": Example(
        body=lambda at: TERM | {"school_id": str(at.organisation), "score": 90, "opinion": "材料齐全"}, placed=True
    ),
    "getInspection": _inspection(),
    "handInInspection": _inspection({"material": "方案、活动记录"}),
    "assessInspection": _inspection({"score": 88.5, "opinion": "材料齐全"}),
    "correctInspection": _inspection({"correction": "已补齐"}),
    "followUpInspection": _inspection({"is_settled": True, "follow_up": "属实"}),
    "listTermAssessments": Example(query=lambda at: TERM | {"school_id": at.organisation}),
    "listTermAssessmentProgress": Example(query=lambda _: TERM),
    "setTermAssessments": Example(
        body=lambda at: (
            TERM
            | {"school_id": str(at.organisation), "lines": [{"teacher_id": str(at.teacher), "result": "qualified"}]}
        ),
        placed=True,
    ),
    "attachResearchActivityFile": Example(
        lambda at: {"activity_id": at.activity},
        body=lambda _: {},
        file=PDF,
        sees=Permission.RESEARCH_ACTIVITY_READ,
        also=Permission.FILE_ATTACH,
    ),
    "listResearchActivityFiles": _activity(),
    "getResearchActivityFilesZip": _activity(),
    "listDevelopmentPlans": Example(query=lambda at: {"school_id": at.organisation}),
    "createDevelopmentPlan": Example(
        body=lambda at: {
            "school_id": str(at.organisation),
            "first_year": "2029-2030",
            "aims": "骨干成群",
            "measures": "结对",
        },
        placed=True,
    ),
    "getDevelopmentPlan": _development_plan(),
    "changeDevelopmentPlan": _development_plan({"aims": "名师引领"}),
    "listTrainingBudgets": Example(query=lambda at: {"school_id": at.organisation, "year": 2026}),
    "setTrainingBudget": Example(
        body=lambda at: {
            "school_id": str(at.organisation),
            "year": 2026,
            "public_funds_fen": 100,
            "training_fen": 5,
            "used_fen": 5,
        },
        placed=True,
    ),
    "getResearchArchive": Example(query=lambda _: YEAR),
    "getResearchArchiveZip": Example(
        lambda at: {"school_id": at.organisation}, lambda _: YEAR, sees=Permission.RESEARCH_ARCHIVE_READ
    ),
    "setResearchYear": Example(
        body=lambda at: YEAR | {"school_id": str(at.organisation), "results": "课例集", "summary": "目标达成"},
        placed=True,
    ),
    "listResearchExchanges": Example(query=lambda _: YEAR),
    "setResearchExchange": Example(
        body=lambda _: {
            "held_on": "2026-10-20",
            "host": "甲镇第一小学",
            "theme": "大单元",
            "participants": 80,
            "summary": "交流六校经验",
        }
    ),
    "amendSchoolPlan": _plan({"reason": "增加课题研究"}),
}
