"""Tables of who carries a project: sub-projects with their teams, managers, guide and tracking groups. [A3.3] [A2.4]"""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from app.core.db import Base, RegionRow, region_reference
from app.projects.models.projects import one_of
from app.projects.states import ManagerRank, ProjectPersonRole


class SubProject(RegionRow, Base):
    """A sub-project 子项目; its team answers for it from start to end 团队负责制. [A3.3] [M6.2.3c]"""

    __tablename__ = "sub_projects"
    project_id: Mapped[UUID]
    name: Mapped[str]
    content: Mapped[str | None]

    __table_args__ = (
        region_reference("project_id", "projects"),
        CheckConstraint("length(name) BETWEEN 1 AND 200", name="name"),
        UniqueConstraint("region_id", "project_id", "name", name="uq_sub_projects_name"),
    )


class SubProjectMember(RegionRow, Base):
    """Somebody of the team of a sub-project 子项目组成员; one of them leads. [A3.3]"""

    __tablename__ = "sub_project_members"
    sub_project_id: Mapped[UUID]
    name: Mapped[str]
    teacher_id: Mapped[UUID | None]
    duty: Mapped[str | None]
    is_lead: Mapped[bool]

    __table_args__ = (
        region_reference("sub_project_id", "sub_projects"),
        region_reference("teacher_id", "teachers"),
        CheckConstraint("length(name) BETWEEN 1 AND 50", name="name"),
        Index("ix_sub_project_members_sub_project", "region_id", "sub_project_id", "id"),
        Index("ix_sub_project_members_teacher", "region_id", "teacher_id"),
        Index(
            "uq_sub_project_members_lead",
            "region_id",
            "sub_project_id",
            unique=True,
            postgresql_where=text("is_lead"),
        ),
    )


class ProjectPerson(RegionRow, Base):
    """Somebody who stands by a project 项目人员: accompanies it, guides the practice, or tracks it. [A4.2b] [A2.5a]

    appointment_id: the term as trainer of somebody who guides [A2.4]. is_leader: 带队 for managers, 组长 for groups.
    follows_whole: whether a manager accompanies from start to end 全过程跟班.
    """

    __tablename__ = "project_people"
    project_id: Mapped[UUID]
    role: Mapped[str]
    rank: Mapped[str | None]
    name: Mapped[str]
    teacher_id: Mapped[UUID | None]
    appointment_id: Mapped[UUID | None]
    duty: Mapped[str | None]
    is_leader: Mapped[bool]
    follows_whole: Mapped[bool]

    __table_args__ = (
        region_reference("project_id", "projects"),
        region_reference("teacher_id", "teachers"),
        region_reference("appointment_id", "trainer_appointments"),
        CheckConstraint(one_of("role", ProjectPersonRole), name="role"),
        CheckConstraint(one_of("rank", ManagerRank), name="rank"),
        CheckConstraint("(role = 'manager') = (rank IS NOT NULL)", name="rank_of_role"),
        CheckConstraint("(role = 'guide') = (appointment_id IS NOT NULL)", name="guide_is_trainer"),
        CheckConstraint("role = 'manager' OR NOT follows_whole", name="follows_whole"),
        CheckConstraint("length(name) BETWEEN 1 AND 50", name="name"),
        Index("ix_project_people_project", "region_id", "project_id", "role", "id"),
        Index("ix_project_people_teacher", "region_id", "teacher_id"),
        UniqueConstraint("region_id", "project_id", "role", "appointment_id", name="uq_project_people_appointment"),
    )
