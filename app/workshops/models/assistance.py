"""Table of city studios that help town workshops. [M7.2b]"""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.asked import Asked
from app.core.db import Base, region_reference
from app.workshops.models.workshops import one_of
from app.workshops.states import WorkshopPairStatus


class WorkshopPair(Asked, Base):
    """A city studio and the town workshop it helps 市名师工作室与镇工作坊协作, with the plan and what came of it."""

    __tablename__ = "workshop_pairs"
    studio_id: Mapped[UUID]
    town_id: Mapped[UUID]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    plan: Mapped[str]
    result: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default=text("'proposed'"), sort_order=90)

    __table_args__ = (
        region_reference("studio_id", "workshops"),
        region_reference("town_id", "workshops"),
        CheckConstraint(one_of("status", WorkshopPairStatus), name="status"),
        CheckConstraint("studio_id <> town_id", name="two_workshops"),
        CheckConstraint("ends_on >= starts_on", name="days"),
        CheckConstraint("length(plan) > 0", name="plan"),
        CheckConstraint("asked_by <> answered_by", name="two_persons"),
        CheckConstraint(
            "(status = 'proposed') = (answered_by IS NULL) AND (answered_by IS NULL) = (answered_at IS NULL)"
            " AND (status = 'refused') = (answer_reason IS NOT NULL)",
            name="answer",
        ),
        CheckConstraint(
            "(status = 'finished') = (result IS NOT NULL) AND (status <> 'finished' OR ends_on IS NOT NULL)",
            name="finished_whole",
        ),
        ExcludeConstraint(
            (text("region_id"), "="),
            (text("studio_id"), "="),
            (text("town_id"), "="),
            (func.daterange(text("starts_on"), text("ends_on"), text("'[]'")), "&&"),
            name="ex_workshop_pairs_one_at_a_time",
            using="gist",
            where=text("status IN ('confirmed', 'finished')"),
        ),
        Index("ix_workshop_pairs_studio", "region_id", "studio_id", "id"),
        Index("ix_workshop_pairs_town", "region_id", "town_id", "id"),
    )
