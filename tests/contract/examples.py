"""A valid request for every operation of the document, about an object at a place of the test world."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.access.permissions import Permission
from tests.contract import (
    assistance_examples,
    consultation_examples,
    delivery_examples,
    evaluation_examples,
    fund_examples,
    performance_examples,
    portfolio_examples,
    practice_examples,
    project_examples,
    publication_examples,
    research_examples,
    steering_examples,
    trainer_examples,
    training_examples,
    workshop_examples,
)
from tests.contract.places import Example, Objects
from tests.factories.people import id_number
from tests.factories.uploads import PDF
from tests.factories.world import World


def _line(at: Objects) -> dict[str, Any]:
    return {
        "teacher_id": str(at.teacher),
        "category": "city",
        "claimed_hours": 2,
        "activity_title": f"矩阵 {uuid4()}",
        "activity_date": "2026-10-20",
        "reason": "权限测试",
    }


def _new_account() -> dict[str, Any]:
    return {"username": f"m{uuid4().int % 10**8}", "display_name": "新账号"}


def _grant(at: Objects) -> dict[str, Any]:
    return {"role": "school", "organisation_id": str(at.organisation)}


def _new_clerk(at: Objects) -> dict[str, Any]:
    return _new_account() | {"organisation_id": str(at.organisation)}


def _new_teacher(at: Objects) -> dict[str, Any]:
    return {
        "staff_no": f"M{uuid4().int % 10**8}",
        "name": "新教师",
        "sex": "male",
        "birth_date": "1990-05-05",
        "id_number": id_number(date(1990, 5, 5), 901),
        "school_id": str(at.organisation),
        "stage": "primary",
        "subject": "chinese",
        "title": "edu_l1",
    }


def _organisation(at: Objects) -> dict[str, UUID]:
    return {"organisation_id": at.organisation}


def _teacher(at: Objects) -> dict[str, UUID]:
    return {"teacher_id": at.teacher}


def _entry(at: Objects) -> dict[str, UUID]:
    return {"entry_id": at.entry}


def _certificate(at: Objects) -> dict[str, UUID]:
    return {"certificate_id": at.certificate}


def _sheet(body: dict[str, Any] | None = None) -> Example:
    """About a sheet of a school."""
    return Example(
        lambda at: {"submission_id": at.submission},
        body=None if body is None else lambda _: body,
        sees=Permission.SUBMISSION_READ,
    )


def _sheet_line(body: dict[str, Any] | None = None) -> Example:
    """About a line of a sheet."""
    return Example(
        lambda at: {"submission_id": at.submission, "line_id": at.submission_line},
        body=None if body is None else lambda _: body,
        sees=Permission.SUBMISSION_READ,
    )


def _sheet_evidence() -> Example:
    """About the files of a sheet; who may not see sheets is refused as such."""
    return Example(
        lambda at: {"submission_id": at.submission}, sees=Permission.SUBMISSION_READ, also=Permission.SUBMISSION_READ
    )


def _new_sheet(at: Objects) -> dict[str, Any]:
    return {"school_id": str(at.organisation), "term": "2026-2027-1"}


def _proposal(at: Objects) -> dict[str, Any]:
    return _new_sheet(at) | {"lines": [{"teacher_id": str(at.teacher), **ACTIVITY}]}


def _file(at: Objects) -> dict[str, UUID]:
    return {"file_id": at.file}


def _waiting(key: str, sees: Permission, body: dict[str, Any] | None = None) -> Example:
    """About what was asked at a place and waits for an answer."""
    return Example(lambda at: {key: at.entry}, body=None if body is None else lambda _: body, sees=sees)


def _correction(body: dict[str, Any] | None = None) -> Example:
    return _waiting("correction_id", Permission.TEACHER_CORRECTION_READ, body)


def _request(body: dict[str, Any] | None = None) -> Example:
    return _waiting("request_id", Permission.ACCOUNT_REQUEST, body)


def _dispute(body: dict[str, Any] | None = None) -> Example:
    return _waiting("dispute_id", Permission.HOURS_DISPUTE_READ, body)


def _account(at: Objects) -> dict[str, UUID]:
    return {"account_id": at.account}


def _about_teacher(body: dict[str, Any] | None = None, **more: Any) -> Example:
    return Example(_teacher, body=None if body is None else lambda _: body, sees=Permission.TEACHER_READ, **more)


def _about_account(body: dict[str, Any] | None = None, **more: Any) -> Example:
    return Example(_account, body=None if body is None else lambda _: body, sees=Permission.ACCOUNT_READ, **more)


TERMS = {
    "first_term_starts_on": "2027-09-01",
    "first_term_ends_on": "2028-01-20",
    "second_term_starts_on": "2028-02-24",
    "second_term_ends_on": "2028-07-05",
}
YEAR: Callable[[Objects], dict[str, Any]] = lambda _: {"school_year": "2026-2027"}  # noqa: E731 - a constant function

ROSTER = "教职工号,姓名\n1,张三\n".encode()

ACTIVITY = {"activity_title": "集体备课", "activity_date": "2026-10-21", "claimed_hours": 2}

OF_YEARS = """
    getHoursCompletion listHoursCompletionTeachers getHoursCompletionTrend getHoursCompletionRollUp
    getHoursCompletionChart getHoursCycle listHoursCycleTeachers getHoursStatistics
"""
OF_IMPORTS = "getImport previewImport listImportAbsentees resumeImport listImportRows cancelImport"

EXAMPLES: dict[str, Example] = {
    **dict.fromkeys(OF_YEARS.split(), Example(query=YEAR)),
    **dict.fromkeys(OF_IMPORTS.split(), Example(lambda _: {"import_id": uuid4()})),
    "getBootstrap": Example(),
    "getMe": Example(),
    "listOwnSessions": Example(),
    "endOwnSessions": Example(),
    "endOwnSession": Example(lambda _: {"session_id": uuid4()}),
    "changeOwnPassword": Example(body=lambda _: {"old_password": "shixun-test", "new_password": "quite-another-one-7"}),
    "changeOwnContact": Example(body=lambda _: {"mobile": "19900001234"}),
    "listAccounts": Example(),
    "createAccount": Example(body=lambda at: _new_account() | {"grant": _grant(at)}, placed=True),
    "getAccount": _about_account(),
    "listGrants": _about_account(),
    "createGrant": Example(_account, body=_grant, sees=Permission.ACCOUNT_READ),
    "endGrant": Example(lambda at: {"account_id": at.account, "grant_id": at.grant}, sees=Permission.ACCOUNT_READ),
    "endAccountSessions": _about_account(),
    "lockAccount": _about_account(),
    "unlockAccount": _about_account(),
    "resetAccountPassword": _about_account({}),
    "listAccountRequests": Example(),
    "createAccountRequest": Example(body=_new_clerk, placed=True),
    "getAccountRequest": _request(),
    "confirmAccountRequest": _request(),
    "refuseAccountRequest": _request({"reason": "人员已调离"}),
    "withdrawAccountRequest": Example(lambda _: {"request_id": uuid4()}),
    "listApiClients": Example(),
    "createApiClient": Example(
        body=lambda at: {
            "name": "接口",
            "role": "school",
            "organisation_id": str(at.organisation),
            "scopes": ["teacher.read"],
            "expires_on": str(datetime.now(UTC).date() + timedelta(days=30)),
        },
        placed=True,
    ),
    "getApiClient": Example(lambda _: {"client_id": uuid4()}),
    "revokeApiClient": Example(lambda _: {"client_id": uuid4()}),
    "rotateApiClient": Example(lambda _: {"client_id": uuid4()}),
    "listAuditEvents": Example(),
    "listEvents": Example(),
    "listHoursEntries": Example(),
    "postHoursEntry": Example(body=_line),
    "postHoursEntries": Example(body=lambda at: {"entries": [_line(at)]}),
    "getHoursEntry": Example(_entry, sees=Permission.HOURS_READ),
    "reverseHoursEntry": Example(_entry, body=lambda _: {"reason": "权限测试"}, sees=Permission.HOURS_READ),
    "listHoursClosings": Example(),
    "getHoursClosing": Example(lambda _: {"school_year": "2025-2026"}),
    "closeHoursYear": Example(lambda _: {"school_year": "2025-2026"}, body=lambda _: {}),
    "reopenHoursYear": Example(lambda _: {"school_year": "2025-2026"}, body=lambda _: {"reason": "更正上年学时"}),
    "listHoursSeals": Example(),
    "getHoursSealStanding": Example(),
    "getHoursSeal": Example(lambda _: {"number": 1}),
    "verifyHoursSeals": Example(),
    "verifyHoursSeal": Example(lambda _: {"number": 1}),
    "getHoursEntryProof": Example(_entry, sees=Permission.HOURS_READ),
    "listHoursSubmissions": Example(),
    "createHoursSubmission": Example(body=_new_sheet, placed=True),
    "checkHoursSubmissionProposal": Example(body=_proposal, placed=True),
    "getHoursSubmission": _sheet(),
    "changeHoursSubmission": _sheet({"note": "补充说明"}),
    "listHoursSubmissionLines": _sheet(),
    "createHoursSubmissionLines": _sheet({"lines": [{"name": "某人", **ACTIVITY}]}),
    "pasteHoursSubmissionLines": _sheet({"text": "姓名\t活动名称\t活动日期\t学时"}),
    "changeHoursSubmissionLine": _sheet_line({"claimed_hours": 1}),
    "deleteHoursSubmissionLine": _sheet_line(),
    "listHoursSubmissionActs": _sheet(),
    "checkHoursSubmission": _sheet(),
    "submitHoursSubmission": _sheet({}),
    "recommendHoursSubmission": _sheet({"note": "属实"}),
    "approveHoursSubmission": _sheet({}),
    "returnHoursSubmission": _sheet({"reason": "请补充活动日期"}),
    "withdrawHoursSubmission": _sheet({}),
    "attachHoursEntryFile": Example(_entry, body=lambda _: {}, file=PDF, sees=Permission.HOURS_READ),
    "listHoursEntryFiles": Example(_entry, sees=Permission.HOURS_READ),
    "getHoursEntryFilesZip": Example(_entry, sees=Permission.HOURS_READ),
    "attachHoursSubmissionFile": Example(
        lambda at: {"submission_id": at.submission},
        body=lambda _: {},
        file=PDF,
        sees=Permission.SUBMISSION_READ,
        also=Permission.FILE_ATTACH,
    ),
    "listHoursSubmissionFiles": _sheet_evidence(),
    "getHoursSubmissionFilesZip": _sheet_evidence(),
    "getFile": Example(_file, sees=Permission.FILE_READ),
    "getFileContent": Example(_file, sees=Permission.FILE_READ),
    "getFileLink": Example(_file, sees=Permission.FILE_READ),
    "hideFile": Example(_file, body=lambda _: {"reason": "权限测试用"}, sees=Permission.FILE_READ),
    "getTeacherHours": Example(_teacher, YEAR, sees=Permission.HOURS_READ),
    "recreditHoursEntry": Example(_entry, body=lambda _: {"reason": "权限测试"}, sees=Permission.HOURS_READ),
    "listHoursDisputes": Example(),
    "askHoursDispute": Example(
        body=lambda at: {"entry_id": str(at.entry), "reason": "该次活动本人未参加"}, placed=True
    ),
    "getHoursDispute": _dispute(),
    "answerHoursDispute": _dispute({"decision": "rejected", "reason": "经核对无误"}),
    "withdrawHoursDispute": _dispute(),
    "getTeacherHoursExplanation": Example(_teacher, YEAR, sees=Permission.HOURS_READ),
    "listCertificates": Example(),
    "issueCertificate": Example(
        body=lambda at: {"kind": "hours", "teacher_id": str(at.teacher), "school_year": "2026-2027"}, placed=True
    ),
    "getCertificate": Example(_certificate, sees=Permission.CERTIFICATE_READ),
    "getCertificatePdf": Example(_certificate, sees=Permission.CERTIFICATE_READ),
    "revokeCertificate": Example(_certificate, body=lambda _: {"reason": "权限测试"}, sees=Permission.CERTIFICATE_READ),
    "getOperation": Example(lambda _: {"operation_id": uuid4()}),
    "streamOperation": Example(lambda _: {"operation_id": uuid4()}),
    "getImportTemplate": Example(lambda _: {"kind": "teachers"}, also=Permission.IMPORT_TEACHERS),
    "listImports": Example(),
    "createImport": Example(
        body=lambda _: {"kind": "teachers", "mode": "validate"}, file=ROSTER, also=Permission.IMPORT_TEACHERS
    ),
    "getImportReport": Example(lambda _: {"import_id": uuid4(), "form": "xlsx"}),
    "mapImport": Example(lambda _: {"import_id": uuid4()}, body=lambda _: {"columns": {"工号": "staff_no"}}),
    "revertImport": Example(lambda _: {"import_id": uuid4()}, body=lambda _: {"reason": "传错了文件"}),
    "commitImport": Example(lambda _: {"import_id": uuid4()}, body=lambda _: {}),
    "listExportKinds": Example(),
    "listExports": Example(),
    "createExport": Example(body=lambda _: {"kind": "organisations", "format": "csv", "reason": "权限测试"}),
    "getExport": Example(lambda _: {"export_id": uuid4()}),
    "getExportContent": Example(lambda _: {"export_id": uuid4()}),
    "approveExport": Example(lambda _: {"export_id": uuid4()}, body=lambda _: {}),
    "refuseExport": Example(lambda _: {"export_id": uuid4()}, body=lambda _: {"reason": "权限测试"}),
    "listRegions": Example(),
    "listOrganisations": Example(),
    "createOrganisation": Example(body=lambda _: {"kind": "host_institution", "name": "某大学"}),
    "getOrganisation": Example(_organisation, sees=Permission.ORGANISATION_READ),
    "changeOrganisation": Example(_organisation, body=lambda _: {"town": "新镇"}, sees=Permission.ORGANISATION_READ),
    "closeOrganisation": Example(_organisation, sees=Permission.ORGANISATION_READ),
    "reopenOrganisation": Example(_organisation, sees=Permission.ORGANISATION_READ),
    "listPolicy": Example(),
    "listPolicyRules": Example(),
    "getPolicyRule": Example(lambda _: {"code": "hours.workshop.cap_yearly"}),
    "listReferenceData": Example(),
    "getReferenceData": Example(lambda _: {"name": "subjects"}),
    "listSchoolYears": Example(),
    "getSchoolYear": Example(lambda _: {"school_year": "2026-2027"}),
    "putSchoolYear": Example(lambda _: {"school_year": "2027-2028"}, body=lambda _: TERMS),
    "listTeacherCorrections": Example(),
    "askTeacherCorrection": Example(body=lambda _: {"name": "新名", "reason": "户口本上的名字"}),
    "getTeacherCorrection": _correction(),
    "approveTeacherCorrection": _correction(),
    "refuseTeacherCorrection": _correction({"reason": "与证件不符"}),
    "withdrawTeacherCorrection": _correction(),
    "listTeachers": Example(),
    "createTeacher": Example(body=_new_teacher, placed=True),
    "batchGetTeachers": Example(query=lambda at: {"ids": str(at.teacher)}, sees=Permission.TEACHER_READ),
    "getTeacher": _about_teacher(),
    "changeTeacher": _about_teacher({"name": "改名"}),
    "listEmployments": _about_teacher(),
    "leaveTeacher": _about_teacher({"left_on": "2026-11-01", "reason": "retirement"}),
    "rejoinTeacher": Example(
        _teacher,
        body=lambda at: {"school_id": str(at.organisation), "starts_on": "2026-11-01"},
        sees=Permission.TEACHER_READ,
    ),
    "setTeacherOnPost": _about_teacher({"is_on_post": False, "effective_on": "2026-11-01", "reason": "借调期间"}),
    "transferTeacher": Example(
        _teacher,
        body=lambda at: {
            # the neighbour of the own subtree where there is one, so that a 中心校 may move its own people
            "to_school_id": str(at.neighbour),
            "effective_on": "2026-11-01",
            "reason": "工作需要",
        },
        sees=Permission.TEACHER_READ,
    ),
    "mergeTeacher": Example(
        _teacher,
        body=lambda at: {
            # the other region has one teacher only: merging it into itself is a conflict, not a refusal
            "into_id": str(at.teacher if at.place == "abroad" else World().teacher("a1-2")),
            "reason": "重复登记的档案",
            "is_same_person": True,
        },
        sees=Permission.TEACHER_READ,
    ),
    "unmergeTeacher": _about_teacher({"reason": "合并有误"}),
    "unmaskTeacher": _about_teacher({"field": "id_number", "reason": "核对证件信息"}, dry=False),
}
for _more in (
    assistance_examples,
    delivery_examples,
    fund_examples,
    performance_examples,
    portfolio_examples,
    practice_examples,
    project_examples,
    publication_examples,
    research_examples,
    steering_examples,
    project_examples,
    evaluation_examples,
    consultation_examples,
    trainer_examples,
    training_examples,
    workshop_examples,
):
    EXAMPLES |= _more.EXAMPLES
