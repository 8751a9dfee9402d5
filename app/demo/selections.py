"""What the demo's selections stand on 演示评选的依据: cases of the year, and the region's own rubric for trainees."""

from uuid import UUID

from app.access.context import Context
from app.cases import service as cases
from app.cases.schemas import TypicalCaseCreate, TypicalCaseReview
from app.evaluations import schemas, service

TERM = "2025-2026-1"
CASES = {
    "school": ("跨学科主题教研十二讲", "以主题教研带动教研组，附十二次活动的方案、记录与改进。"),
    "central_school": ("联片教研一校一策", "按学校实际确定教研主题，中心校每月跟进，附各校计划与小结。"),
    "teacher": ("课堂观察量表的改进", "以三轮课例改进观察量表，附量表、课例与学生反馈。"),
}
"""Who hands a case in -> title and summary."""
SECTIONS = (
    ("study", "集中研修", 20, (("attendance", 10, "按时出勤，无旷课"), ("discussion", 10, "研讨积极，发言有记录"))),
    ("outcomes", "研修成果", 35, (("homework", 20, "作业按时完成，质量优良"), ("lesson", 20, "有展示课或汇报课"))),
    ("practice", "返岗实践", 40, (("plan", 15, "返岗计划明确"), ("effect", 25, "带动本校教研组，有过程材料"))),
)
"""Section, label, points as headed, and its marks with points and text: the second adds up to 40, not to 35."""
WHY = "沿用上年印发稿：“研修成果”标题印 35 分，各条合计 40 分，以各条为准。"


async def hand_in(ctx: Context, username: str) -> UUID:
    """A case of the year, by whose it is."""
    title, summary = CASES[username]
    row = await cases.submit(ctx, TypicalCaseCreate(term=TERM, title=title, summary=summary))
    found: UUID = row.id
    return found


async def take_in(ctx: Context, made: list[UUID]) -> None:
    """All of them are taken in by 进修学校."""
    for one in made:
        await cases.review(ctx, one, TypicalCaseReview(decision="accept", reason="可复制、可推广"), version=None)


async def write_rubric(ctx: Context, year: int) -> UUID:
    """The rubric for trainees 优秀学员: what the check says of its headings is on record with why it was accepted."""
    numbers = iter(range(1, 100))
    sections = [
        {
            "code": code,
            "label": label,
            "points_declared": declared,
            "marks": [
                {
                    "code": mark,
                    "points": points,
                    "method": "view_archive",
                    "standards": [{"number": next(numbers), "text": text}],
                }
                for mark, points, text in marks
            ],
        }
        for code, label, declared, marks in SECTIONS
    ]
    about = {"name": "excellent_trainee", "year": year, "label": "优秀学员评价标准", "subject": "teacher"}
    new = schemas.RubricWrite.model_validate({**about, "sections": sections, "accepted_reason": WHY})
    made: UUID = (await service.write_rubric(ctx, new)).id
    return made


async def publish_rubric(ctx: Context, rubric: UUID) -> None:
    """Published by another person; from then on it never changes."""
    await service.publish_rubric(ctx, rubric, schemas.EvaluationMove(), version=None)
