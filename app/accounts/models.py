"""Tables of accounts, grants, sessions and API clients; names that must be unique everywhere stand without region."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, LargeBinary, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.access.permissions import Role
from app.accounts.states import AccountRequestStatus
from app.core.asked import Asked
from app.core.db import Base, RegionRow, region_reference

ROLES = ", ".join(repr(str(role)) for role in Role)
REQUEST_STATUSES = ", ".join(repr(str(status)) for status in AccountRequestStatus)


class SignInName(Base):
    """Which account of which region a sign-in name or client id opens; unique over all regions."""

    __tablename__ = "sign_in_names"
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    region_id: Mapped[int] = mapped_column(Integer)
    subject_id: Mapped[UUID]

    __table_args__ = (CheckConstraint("kind IN ('account', 'client')", name="kind"),)


class Account(RegionRow, Base):
    """A person who signs in 账号."""

    __tablename__ = "accounts"
    username: Mapped[str]
    display_name: Mapped[str]
    password_hash: Mapped[str]
    teacher_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(server_default=text("'active'"))
    session_version: Mapped[int] = mapped_column(server_default=text("1"))
    failed_sign_ins: Mapped[int] = mapped_column(server_default=text("0"))
    first_failed_at: Mapped[datetime | None]
    password_changed_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())

    __table_args__ = (
        UniqueConstraint("region_id", "username"),
        region_reference("teacher_id", "teachers"),
        CheckConstraint("status IN ('active', 'locked')", name="status"),
        CheckConstraint("failed_sign_ins >= 0", name="failed_sign_ins"),
        Index(
            "uq_accounts_teacher",
            "region_id",
            "teacher_id",
            unique=True,
            postgresql_where=text("teacher_id IS NOT NULL"),
        ),
    )


class AccountGrant(RegionRow, Base):
    """A role at an organisation 授权 (for the bureau: at a desk), from a day to the day before another."""

    __tablename__ = "account_grants"
    account_id: Mapped[UUID]
    role: Mapped[str]
    organisation_id: Mapped[UUID]
    department_id: Mapped[UUID | None]
    granted_by: Mapped[UUID | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    __table_args__ = (
        region_reference("account_id", "accounts"),
        region_reference("organisation_id", "organisations"),
        region_reference("department_id", "organisations"),
        CheckConstraint(f"role IN ({ROLES})", name="role"),
        CheckConstraint("(department_id IS NULL) OR role = 'bureau'", name="desk_is_bureau"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="spell"),
        CheckConstraint("granted_by <> account_id", name="not_to_oneself"),
        Index("ix_account_grants_account", "region_id", "account_id"),
    )


class AccountRequest(Asked, Base):
    """A clerk's account of a school, or the grant for somebody's account, that waits for a second person 账号申请.

    account_id: whose account gets the grant; of a new account it is known once it is confirmed.
    """

    __tablename__ = "account_requests"
    organisation_id: Mapped[UUID]
    username: Mapped[str | None]
    display_name: Mapped[str | None]
    account_id: Mapped[UUID | None]
    ends_on: Mapped[date | None]
    grant_id: Mapped[UUID | None]

    __table_args__ = (
        region_reference("organisation_id", "organisations"),
        region_reference("account_id", "accounts"),
        region_reference("grant_id", "account_grants"),
        CheckConstraint(f"status IN ({REQUEST_STATUSES})", name="status"),
        CheckConstraint("(username IS NULL) = (display_name IS NULL)", name="new_account"),
        CheckConstraint("(account_id IS NULL) = (username IS NOT NULL AND status <> 'confirmed')", name="whose"),
        CheckConstraint("(status = 'confirmed') = (grant_id IS NOT NULL)", name="in_force"),
        CheckConstraint(
            "(status IN ('confirmed', 'refused')) = (answered_by IS NOT NULL)"
            " AND (answered_by IS NULL) = (answered_at IS NULL)"
            " AND (status = 'refused') = (answer_reason IS NOT NULL)",
            name="answer",
        ),
        CheckConstraint("asked_by <> answered_by", name="two_persons"),
        CheckConstraint("account_id <> asked_by AND account_id <> answered_by", name="not_to_oneself"),
        Index("ix_account_requests_organisation", "region_id", "organisation_id", "id"),
        Index(
            "uq_account_requests_username",
            "region_id",
            "username",
            unique=True,
            postgresql_where=text("status = 'asked' AND username IS NOT NULL"),
        ),
        Index(
            "uq_account_requests_account",
            "region_id",
            "account_id",
            "organisation_id",
            unique=True,
            postgresql_where=text("status = 'asked' AND account_id IS NOT NULL"),
        ),
    )


class Session(RegionRow, Base):
    """One sign-in on one device 会话: the family of its refresh tokens."""

    __tablename__ = "sessions"
    account_id: Mapped[UUID]
    device: Mapped[str | None]
    last_used_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    idle_until: Mapped[datetime]
    ends_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_because: Mapped[str | None]

    __table_args__ = (
        region_reference("account_id", "accounts"),
        Index("ix_sessions_account", "region_id", "account_id"),
    )


class RefreshToken(Base):
    """A refresh token by its hash; used at most once, a second use revokes the session."""

    __tablename__ = "refresh_tokens"
    region_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    session_id: Mapped[UUID]
    issued_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    used_at: Mapped[datetime | None]

    __table_args__ = (
        region_reference("session_id", "sessions"),
        Index("ix_refresh_tokens_session", "region_id", "session_id"),
    )


class ApiClient(RegionRow, Base):
    """A program that signs in by itself 第三方客户端: one role at one organisation, narrowed by scopes."""

    __tablename__ = "api_clients"
    client_id: Mapped[str]
    name: Mapped[str]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    role: Mapped[str]
    organisation_id: Mapped[UUID]
    department_id: Mapped[UUID | None]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    networks: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    expires_on: Mapped[date]
    status: Mapped[str] = mapped_column(server_default=text("'active'"))
    session_version: Mapped[int] = mapped_column(server_default=text("1"))
    registered_by: Mapped[UUID | None]

    __table_args__ = (
        UniqueConstraint("region_id", "client_id"),
        region_reference("organisation_id", "organisations"),
        region_reference("department_id", "organisations"),
        CheckConstraint(f"role IN ({ROLES}) AND role <> 'teacher'", name="role"),
        CheckConstraint("status IN ('active', 'revoked')", name="status"),
        CheckConstraint("cardinality(scopes) > 0", name="scopes"),
    )
