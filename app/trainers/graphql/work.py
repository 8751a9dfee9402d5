"""GraphQL of tasks, workload, assessments, renewal, dismissal and the team's read-out."""

from datetime import date
from typing import Annotated

import strawberry
from pydantic import Field

from app.access.graph_verbs import pages, reading, verb
from app.access.permissions import Permission
from app.trainers import schemas, service
from app.trainers.queries.work import AssessmentFilter, AssignmentFilter, WorkloadFilter
from app.trainers.states import READ_OUT_DAYS

READ, RENEW = Permission.TRAINER_WORK_READ, Permission.TRAINER_RENEW
_W, _S, _T = schemas.TrainerAssignment, schemas.TrainerAssessment, schemas.TrainerAppointment
Day = Annotated[date, Field(ge=READ_OUT_DAYS[0], le=READ_OUT_DAYS[1])]


@strawberry.type
class Query:
    """What work, assessments and the team answer."""

    trainer_assignments = pages(READ, service.find_assignments, _W, only=AssignmentFilter)
    trainer_workloads = pages(READ, service.find_workloads, schemas.TrainerWorkload, only=WorkloadFilter)
    trainer_assessments = pages(Permission.TRAINER_ASSESSMENT_READ, service.find_assessments, _S, only=AssessmentFilter)
    trainer_team = reading(Permission.TRAINER_TEAM_READ, service.team, schemas.TrainerTeam, at=(), more={"on": Day})


@strawberry.type
class Mutation:
    """What records work, assesses, renews and dismisses."""

    assign_trainer = verb(
        Permission.TRAINER_ASSIGN, service.assign, schemas.TrainerAssignmentCreate, _W, at=(), once=True
    )
    pay_trainer_fee = verb(Permission.TRAINER_PAY, service.pay_fee, schemas.TrainerFeePay, _W)
    assess_trainer = verb(Permission.TRAINER_ASSESS, service.assess, schemas.TrainerAssessmentWrite, _S)
    reply_trainer_assessment = verb(Permission.TRAINER_REPLY, service.reply_assessment, schemas.TrainerReply, _S)
    renew_trainer_appointment = verb(RENEW, service.renew, schemas.TrainerAppoint, _T)
    dismiss_trainer = verb(RENEW, service.dismiss, schemas.TrainerReason, _T)
