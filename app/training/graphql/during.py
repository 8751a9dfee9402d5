"""GraphQL of sessions, attendance, leave and corrections."""

import strawberry

from app.access.graph_verbs import pages, reading, verb
from app.access.permissions import Permission
from app.training import schemas, service
from app.training.queries.asked import TrainingCorrectionFilter, TrainingLeaveFilter
from app.training.queries.sessions import TrainingAttendanceFilter, TrainingSessionFilter

READ, RUN = Permission.TRAINING_SESSION_READ, Permission.TRAINING_SESSION_RUN
DECIDE_LEAVE, DECIDE = Permission.TRAINING_LEAVE_DECIDE, Permission.TRAINING_CORRECTION_DECIDE
SESSION, LEAVE, CORRECTION = ("uuid", "session_id"), ("uuid", "leave_id"), ("uuid", "correction_id")
_S, _A, _L, _C = (
    schemas.TrainingSession,
    schemas.TrainingAttendance,
    schemas.TrainingLeave,
    schemas.TrainingCorrection,
)


@strawberry.type
class Query:
    """What sessions and attendance answer."""

    training_sessions = pages(READ, service.find_sessions, _S, only=TrainingSessionFilter, at=("uuid",))
    training_session = reading(READ, service.get_session, _S, at=SESSION)
    training_attendance = pages(
        Permission.TRAINING_ATTENDANCE_READ, service.find_attendance, _A, only=TrainingAttendanceFilter, at=SESSION
    )
    training_leaves = pages(
        Permission.TRAINING_LEAVE_READ, service.find_leaves, _L, only=TrainingLeaveFilter, at=("uuid",)
    )
    training_corrections = pages(
        Permission.TRAINING_CORRECTION_READ,
        service.find_corrections,
        _C,
        only=TrainingCorrectionFilter,
        at=("uuid",),
    )


@strawberry.type
class Mutation:
    """What moves sessions and attendance."""

    create_training_session = verb(RUN, service.create_session, schemas.TrainingSessionCreate, _S)
    change_training_session = verb(RUN, service.change_session, schemas.TrainingSessionPatch, _S, at=SESSION)
    cancel_training_session = verb(RUN, service.cancel_session, schemas.TrainingMove, _S, at=SESSION)
    hold_training_session = verb(RUN, service.hold_session, schemas.TrainingMove, _S, at=SESSION)
    record_training_attendance = verb(RUN, service.record_attendance, schemas.TrainingAttendanceWrite, _S, at=SESSION)
    open_training_sign_in = verb(RUN, service.open_sign_in, None, schemas.TrainingSignInCode, at=SESSION)
    sign_in_training = verb(Permission.TRAINING_SIGN_IN, service.sign_in, schemas.TrainingSignIn, _A, at=SESSION)
    ask_training_leave = verb(Permission.TRAINING_LEAVE_ASK, service.ask_leave, schemas.TrainingLeaveAsk, _L, once=True)
    grant_training_leave = verb(DECIDE_LEAVE, service.grant_leave, schemas.TrainingDecision, _L, at=LEAVE)
    refuse_training_leave = verb(DECIDE_LEAVE, service.refuse_leave, schemas.TrainingReason, _L, at=LEAVE)
    ask_training_correction = verb(
        Permission.TRAINING_CORRECTION_ASK, service.ask_correction, schemas.TrainingCorrectionAsk, _C, once=True
    )
    approve_training_correction = verb(DECIDE, service.approve_correction, schemas.TrainingDecision, _C, at=CORRECTION)
    refuse_training_correction = verb(DECIDE, service.refuse_correction, schemas.TrainingReason, _C, at=CORRECTION)
