"""Use cases of needs questionnaires: write, open, close, answer once, sum up. [A2.3a]"""

from typing import Any
from uuid import UUID

from app.access.context import Context, Place
from app.access.permissions import Permission
from app.core.constraints import explain
from app.core.db import AnyRow
from app.core.errors import Conflict, FieldFault, NotPermitted
from app.core.ids import new_id
from app.core.pages import Page, PageRequest
from app.core.versions import check_version
from app.projects.queries.rows import add, change
from app.training.models import TrainingAnswer, TrainingSurvey
from app.training.queries import surveys as queries
from app.training.rules import surveys as rules
from app.training.rules.surveys import Given, Question, Wrong
from app.training.schemas import TrainingAnswerWrite, TrainingMove, TrainingSurveyResult, TrainingSurveyWrite
from app.training.service import checks
from app.training.states import SURVEY_LIFECYCLE, TrainingSurveyStatus

READ, WRITE = Permission.SURVEY_READ, Permission.SURVEY_WRITE
explain({"uq_training_answers_once": ("SURVEY_ANSWERED", "您已填写这份问卷，每人只填一份，提交后不能再改。")})


async def find_surveys(ctx: Context, request: PageRequest, project_id: UUID) -> Page[AnyRow]:
    """Questionnaires of a project, newest first 需求问卷列表 [A2.3a]."""
    ctx.require(READ)
    await checks.shown(ctx, project_id)
    return await queries.page(ctx, request, project_id)


async def get_survey(ctx: Context, project_id: UUID, survey_id: UUID) -> AnyRow:
    """One questionnaire with its questions 需求问卷详情 [A2.3a]."""
    ctx.require(READ)
    await checks.shown(ctx, project_id)
    return checks.found(await queries.by_id(ctx, project_id, survey_id))


async def create_survey(ctx: Context, project_id: UUID, new: TrainingSurveyWrite) -> AnyRow:
    """Write a questionnaire 编制需求问卷 [A2.3a]."""
    await checks.run(ctx, project_id, WRITE, *checks.PREPARED)
    values = _checked(new)
    made = new_id()
    own = {"id": made, "project_id": project_id, "made_by": ctx.principal.account_id}
    await add(ctx, TrainingSurvey, {**own, **values})
    return await _told(ctx, project_id, made, "written")


async def change_survey(
    ctx: Context, project_id: UUID, survey_id: UUID, new: TrainingSurveyWrite, *, version: int | None
) -> AnyRow:
    """Write a questionnaire anew that is not open yet 修改需求问卷 [A2.3a]."""
    row = await _held(ctx, project_id, survey_id, version)
    if row.status != TrainingSurveyStatus.DRAFT:
        raise Conflict("SURVEY_OPENED", "问卷已经发布，题目不能再改。请结束后另编一份。", status=row.status)
    await change(ctx, TrainingSurvey, row.id, _checked(new))
    return await _told(ctx, project_id, row.id, "written")


async def open_survey(
    ctx: Context, project_id: UUID, survey_id: UUID, given: TrainingMove, *, version: int | None
) -> AnyRow:
    """Open a questionnaire: teachers may answer 发布需求问卷 [A2.3a]."""
    del given
    ctx.require(WRITE)
    return await _move(ctx, await _held(ctx, project_id, survey_id, version), "open")


async def close_survey(
    ctx: Context, project_id: UUID, survey_id: UUID, given: TrainingMove, *, version: int | None
) -> AnyRow:
    """Close a questionnaire 结束需求问卷 [A2.3a]."""
    del given
    ctx.require(WRITE)
    return await _move(ctx, await _held(ctx, project_id, survey_id, version), "close")


async def answer_survey(ctx: Context, project_id: UUID, survey_id: UUID, new: TrainingAnswerWrite) -> AnyRow:
    """Answer a questionnaire, once 填写需求问卷 [A2.3a]."""
    permission = Permission.SURVEY_ANSWER
    ctx.require(permission)
    await checks.shown(ctx, project_id)
    row = checks.found(await queries.by_id(ctx, project_id, survey_id))
    today, teacher_id = ctx.clock.today, ctx.principal.teacher_id
    school = await queries.school_of_addressed(ctx, project_id, teacher_id) if teacher_id else None
    if teacher_id is None or school is None:
        message = "问卷由本项目的学员和已选送的教师填写。"
        raise NotPermitted("SURVEY_NOT_ADDRESSED", message, permission=str(permission))
    if row.status != TrainingSurveyStatus.OPEN or (row.closes_on and row.closes_on < today):
        raise Conflict("SURVEY_NOT_OPEN", "问卷尚未发布或已经结束，不能填写。", status=row.status)
    given = [Given(one.key, tuple(one.choices), one.figure, one.text) for one in new.answers]
    questions = [Question.of(one) for one in row.questions]
    checks.refuse([_fault("/answers", one) for one in rules.check_answers(questions, given)])
    made = new_id()
    stored = {one.key: one.stored for one in given}
    own = {"id": made, "survey_id": row.id, "teacher_id": teacher_id, "school_id": school}
    await add(ctx, TrainingAnswer, {**own, "answers": stored})
    place = Place(school, teacher_id)
    await ctx.record("training_survey.answered", entity="training_survey", entity_id=row.id, place=place)
    return await queries.answer(ctx, made)


async def survey_result(ctx: Context, project_id: UUID, survey_id: UUID) -> TrainingSurveyResult:
    """What a questionnaire came to; texts bear no names 问卷汇总 [A2.3a]."""
    ctx.require(Permission.SURVEY_RESULT_READ)
    await checks.shown(ctx, project_id)
    row = checks.found(await queries.by_id(ctx, project_id, survey_id))
    found = rules.sum_up([Question.of(one) for one in row.questions], await queries.answers(ctx, row.id))
    told = [
        {
            "key": one.question.key,
            "kind": one.question.kind,
            "text": one.question.text,
            "answered": one.answered,
            "options": [{"option": option, "many": many} for option, many in one.options],
            "mean": one.mean,
            "texts": list(one.texts),
        }
        for one in found
    ]
    addressed = await queries.addressed(ctx, project_id)
    answer = {"survey_id": row.id, "addressed": addressed, "answered": row.answered, "questions": told}
    return TrainingSurveyResult.model_validate(answer)


async def find_unanswered(ctx: Context, request: PageRequest, project_id: UUID, survey_id: UUID) -> Page[AnyRow]:
    """Who has not answered, within the scope 未填写名单 [A2.3a]."""
    ctx.require(Permission.SURVEY_MISSING_READ)
    await checks.shown(ctx, project_id)
    row = checks.found(await queries.by_id(ctx, project_id, survey_id))
    return await queries.missing_page(ctx, request, project_id, row.id)


async def _held(ctx: Context, project_id: UUID, survey_id: UUID, version: int | None) -> AnyRow:
    await checks.run(ctx, project_id, WRITE, *checks.PREPARED)
    row = checks.found(await queries.by_id(ctx, project_id, survey_id, lock=True))
    check_version(row, version)
    return row


async def _move(ctx: Context, row: AnyRow, verb: str) -> AnyRow:
    status = SURVEY_LIFECYCLE.move(TrainingSurveyStatus(row.status), verb)
    await change(ctx, TrainingSurvey, row.id, {"status": str(status)})
    return await _told(ctx, row.project_id, row.id, {"open": "opened", "close": "closed"}[verb])


async def _told(ctx: Context, project_id: UUID, survey_id: UUID, event: str) -> AnyRow:
    facts = {"project_id": str(project_id)}
    await ctx.record(f"training_survey.{event}", entity="training_survey", entity_id=survey_id, facts=facts)
    return checks.found(await queries.by_id(ctx, project_id, survey_id))


def _checked(new: TrainingSurveyWrite) -> dict[str, Any]:
    stored = [one.model_dump(mode="json") for one in new.questions]
    wrong = rules.check_questions([Question.of(one) for one in stored])
    checks.refuse([_fault("/questions", one) for one in wrong])
    return {"title": new.title, "questions": stored, "closes_on": new.closes_on}


def _fault(pointer: str, wrong: Wrong) -> FieldFault:
    return FieldFault(f"{pointer}/{wrong.place}", "QUESTION_UNFIT", wrong.message)
