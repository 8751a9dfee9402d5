"""GraphQL of plans, activities, attendance, hours, cases and the follow-up of a year."""

import strawberry

from app.access.graph_verbs import pages, reading, verb
from app.access.permissions import Permission
from app.archive.schemas import File
from app.organisations.schemas import YearName
from app.workshops import schemas, service
from app.workshops.graphql.workshops import READ, REGISTER
from app.workshops.queries.activities import ActivityFilter

RUN = Permission.WORKSHOP_RUN
PLAN, ACTIVITY = ("uuid", "plan_id"), ("uuid", "activity_id")
Activity, Plan = schemas.WorkshopActivity, schemas.WorkshopPlan


@strawberry.type
class Query:
    """What plans and activities answer."""

    workshop_plans = pages(READ, service.find_plans, Plan, at=("uuid",))
    workshop_activities = pages(READ, service.find_activities, Activity, only=ActivityFilter, at=("uuid",))
    workshop_activity = reading(READ, service.get_activity, Activity, at=ACTIVITY)
    workshop_attendance = pages(READ, service.find_attendance, schemas.WorkshopAttendance, at=ACTIVITY)
    workshop_activity_files = pages(Permission.FILE_READ, service.find_activity_files, File, at=ACTIVITY)
    workshop_cases = pages(READ, service.find_cases, schemas.WorkshopCase, at=("uuid",))
    workshop_follow_up = reading(READ, service.follow_up, schemas.WorkshopFollowUp, more={"school_year": YearName})


@strawberry.type
class Mutation:
    """What plans, holds and counts activities."""

    write_workshop_plan = verb(RUN, service.write_plan, schemas.WorkshopPlanWrite, Plan)
    submit_workshop_plan = verb(RUN, service.submit_plan, schemas.WorkshopMove, Plan, at=PLAN)
    accept_workshop_plan = verb(REGISTER, service.accept_plan, schemas.WorkshopDecision, Plan, at=PLAN)
    return_workshop_plan = verb(REGISTER, service.return_plan, schemas.WorkshopDecision, Plan, at=PLAN)
    create_workshop_activity = verb(RUN, service.create_activity, schemas.WorkshopActivityCreate, Activity)
    change_workshop_activity = verb(RUN, service.change_activity, schemas.WorkshopActivityPatch, Activity, at=ACTIVITY)
    hold_workshop_activity = verb(RUN, service.hold_activity, schemas.WorkshopActivityHold, Activity, at=ACTIVITY)
    cancel_workshop_activity = verb(RUN, service.cancel_activity, schemas.WorkshopMove, Activity, at=ACTIVITY)
    record_workshop_attendance = verb(
        RUN,
        service.record_attendance,
        schemas.WorkshopAttendanceWrite,
        schemas.WorkshopAttendanceRecorded,
        at=ACTIVITY,
    )
    open_workshop_sign_in = verb(RUN, service.open_sign_in, None, schemas.WorkshopSignInCode, at=ACTIVITY)
    sign_in_workshop = verb(
        Permission.WORKSHOP_TAKE_PART,
        service.sign_in,
        schemas.WorkshopSignIn,
        schemas.WorkshopAttendance,
        at=ACTIVITY,
    )
    confirm_workshop_hours = verb(
        Permission.HOURS_POST, service.confirm_hours, schemas.WorkshopHoursConfirm, schemas.WorkshopHours, once=True
    )
    create_workshop_case = verb(RUN, service.create_case, schemas.WorkshopCaseCreate, schemas.WorkshopCase)
