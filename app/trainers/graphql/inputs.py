"""GraphQL of input to assessments and of reports."""

import strawberry

from app.access.graph_verbs import pages, reading, verb
from app.access.permissions import Permission
from app.trainers import schemas, service
from app.trainers.queries.inputs import InputFilter, ReportFilter

REVOKE = Permission.TRAINER_REVOKE
_I, _R = schemas.TrainerInput, schemas.TrainerReport


@strawberry.type
class Query:
    """What input and reports answer."""

    trainer_inputs = pages(Permission.TRAINER_INPUT_READ, service.find_inputs, _I, only=InputFilter)
    trainer_input = reading(Permission.TRAINER_INPUT_READ, service.get_input, _I)
    trainer_report = reading(Permission.TRAINER_REPORT_READ, service.get_report, _R)
    trainer_reports = pages(Permission.TRAINER_REPORT_READ, service.find_reports, _R, only=ReportFilter)


@strawberry.type
class Mutation:
    """What gives input, reports, and answers reports."""

    give_trainer_input = verb(
        Permission.TRAINER_INPUT_GIVE, service.give_input, schemas.TrainerInputWrite, _I, once=True
    )
    report_trainer = verb(Permission.TRAINER_REPORT, service.report, schemas.TrainerRevocationAsk, _R, once=True)
    take_up_trainer_report = verb(REVOKE, service.take_up_report, schemas.TrainerMove, _R)
    set_trainer_report_aside = verb(REVOKE, service.set_report_aside, schemas.TrainerReason, _R)
