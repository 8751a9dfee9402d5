"""Imports every table, so that Alembic and the tests see all of them."""

from app.accounts import models as accounts
from app.archive import models as archive
from app.assistance import models as assistance
from app.bulk_import import models as bulk_import
from app.cases import models as cases
from app.certificates import models as certificates
from app.consultations import models as consultations
from app.core import events, idempotency, jobs, operations
from app.core.db import Base
from app.corrections import models as corrections
from app.deliveries import models as deliveries
from app.evaluations import models as evaluations
from app.exports import models as exports
from app.funds import models as funds
from app.hours import models as hours
from app.organisations import models as organisations
from app.performance import models as performance
from app.practice import models as practice
from app.projects import models as projects
from app.publications import models as publications
from app.school_research import models as school_research
from app.steering import models as steering
from app.teachers import models as teachers
from app.trainers import models as trainers
from app.training import models as training
from app.workshops import models as workshops

MODULES = (
    accounts,
    archive,
    assistance,
    bulk_import,
    cases,
    certificates,
    consultations,
    corrections,
    deliveries,
    evaluations,
    events,
    exports,
    funds,
    hours,
    idempotency,
    jobs,
    operations,
    organisations,
    performance,
    practice,
    projects,
    publications,
    school_research,
    steering,
    teachers,
    workshops,
    trainers,
    training,
)
METADATA = Base.metadata
