"""Questionnaires, course designs and reviews as clients send and get them. [A2.3a]"""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.core.schemas import Hours, Input, Line, Note, Output, Resource
from app.training.schemas.parts import EtagGiven, PersonLine
from app.training.states import CourseDesignStatus, CourseVerdict, QuestionKind, TrainingSurveyStatus

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$", examples=["q1"], description="题号")]


class TrainingQuestion(Input):
    """A question 题目: single, multiple, scale or text."""

    key: Key
    kind: QuestionKind = Field(description="单选、多选、量表、问答")
    text: Line
    is_required: bool = Field(default=True, description="必答")
    options: list[Line] = Field(default=[], max_length=20, description="选择题的选项")
    least: int | None = Field(default=None, ge=0, le=100, description="量表最小值")
    most: int | None = Field(default=None, ge=0, le=100, description="量表最大值")


class TrainingQuestionOut(Output):
    """A question 题目."""

    key: str
    kind: QuestionKind
    text: str
    is_required: bool
    options: list[str]
    least: int | None
    most: int | None


class TrainingSurveyWrite(Input):
    """A needs questionnaire 需求问卷. [A2.3a]"""

    title: Line
    questions: list[TrainingQuestion] = Field(min_length=1, max_length=50)
    closes_on: date | None = Field(default=None, description="截止日期")
    etag: EtagGiven = None


class TrainingSurvey(Resource):
    """A needs questionnaire 需求问卷."""

    project_id: UUID
    title: str
    questions: list[TrainingQuestionOut]
    closes_on: date | None
    status: TrainingSurveyStatus
    answered: int = Field(description="已答人数")
    has_answered: bool = Field(description="本人是否已答")


class TrainingAnswerPart(Input):
    """An answer to a question 一题的答复."""

    key: Key
    choices: list[Line] = Field(default=[], max_length=20, description="选择题所选")
    figure: int | None = Field(default=None, ge=0, le=100, description="量表")
    text: Note | None = Field(default=None, description="问答")


class TrainingAnswerWrite(Input):
    """The own answers 填写问卷."""

    answers: list[TrainingAnswerPart] = Field(min_length=1, max_length=50)


class TrainingAnswer(Resource):
    """The receipt of the own answers 问卷回执."""

    survey_id: UUID
    teacher_id: UUID
    school_id: UUID


class TrainingOptionCount(Output):
    """How often an option was chosen 选项人数."""

    option: str
    many: int


class TrainingQuestionResult(Output):
    """What all answers to a question come to 一题的汇总; texts bear no names."""

    key: str
    kind: QuestionKind
    text: str
    answered: int
    options: list[TrainingOptionCount]
    mean: float | None = Field(description="量表平均值")
    texts: list[str]


class TrainingSurveyResult(Output):
    """What a questionnaire came to 问卷汇总."""

    survey_id: UUID
    addressed: int = Field(description="应答人数")
    answered: int
    questions: list[TrainingQuestionResult]


class TrainingUnanswered(Output):
    """Somebody who has not answered 未填写的教师."""

    teacher_id: UUID
    teacher_name: str
    school_id: UUID
    school_name: str


class CourseModule(Input):
    """A module of a course design 课程模块."""

    title: Line
    hours: Hours = Field(gt=0, le=200)
    lecturer: PersonLine = Field(description="授课人")
    content: Note | None = None


class CourseModuleOut(Output):
    """A module of a course design 课程模块."""

    title: str
    hours: Hours
    lecturer: str
    content: str | None


class CourseDesignCreate(Input):
    """A version of the host's course design 课程设计. [A2.3a]"""

    title: Line
    text: Note = Field(description="设计思路")
    modules: list[CourseModule] = Field(min_length=1, max_length=60)
    author_name: PersonLine = Field(description="承训单位的设计人")
    author_teacher_id: UUID | None = Field(default=None, description="设计人是本区域教师的，填其编号")


class CourseDesign(Resource):
    """A version of a course design 课程设计."""

    project_id: UUID
    number: int = Field(description="第几版")
    title: str
    text: str
    modules: list[CourseModuleOut]
    hours: Hours
    author_name: str
    author_teacher_id: UUID | None
    status: CourseDesignStatus
    submitted_by: UUID
    decided_by: UUID | None
    reason: str | None
    reviews: int = Field(description="专家意见数")


class CourseReviewWrite(Input):
    """What an expert says 专家评审意见. [A2.3a]"""

    expert_name: PersonLine
    expert_teacher_id: UUID | None = None
    verdict: CourseVerdict = Field(description="同意、修改后同意、不同意")
    opinion: Note
    reviewed_on: date


class CourseReview(Resource):
    """What an expert said 专家评审意见."""

    design_id: UUID
    expert_name: str
    expert_teacher_id: UUID | None
    verdict: CourseVerdict
    opinion: str
    reviewed_on: date
    recorded_by: UUID
