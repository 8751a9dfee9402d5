"""Accounts, grants, sessions, tokens, API clients and audit events as clients send and get them."""

from datetime import date
from ipaddress import ip_network
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, Secret, StringConstraints, model_validator

from app.access.permissions import Permission, Reach, Role
from app.accounts.states import AccountRequestStatus, AccountStatus, ClientStatus
from app.core.schemas import Input, Line, Moment, Output, Resource

Password = Secret[Annotated[str, StringConstraints(strip_whitespace=False, min_length=1, max_length=200)]]
"""A password as typed: never stripped, never shown in logs."""

Username = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{1,39}$", to_lower=True),
    Field(description="用户名：字母、数字与 . _ -，不分大小写，全系统唯一"),
]


def _network(value: str) -> str:
    try:
        return str(ip_network(value))
    except ValueError as error:
        message = "应为网段（CIDR），例如 10.1.0.0/16"
        raise ValueError(message) from error


Network = Annotated[str, StringConstraints(max_length=50), AfterValidator(_network)]


class TokenForm(BaseModel):
    """The OAuth 2 form of the token endpoint; which fields are needed depends on `grant_type`."""

    grant_type: Literal["password", "refresh_token", "client_credentials"]
    username: Annotated[str, Field(max_length=100)] | None = None
    password: Annotated[str, Field(max_length=200)] | None = None
    refresh_token: Annotated[str, Field(max_length=200)] | None = None
    client_id: Annotated[str, Field(max_length=100)] | None = None
    client_secret: Annotated[str, Field(max_length=200)] | None = None
    device: Annotated[str, Field(max_length=100)] | None = Field(default=None, description="设备名称，显示在会话列表中")


class RevokeForm(BaseModel):
    """The OAuth 2 form of revocation (RFC 7009)."""

    token: Annotated[str, Field(max_length=5000)]
    token_type_hint: Annotated[str, Field(max_length=50)] | None = None


class GrantHeld(Output):
    """A role at an organisation that is in force 有效授权; its id goes into X-Acting-Grant."""

    id: UUID
    role: Role
    organisation_id: UUID
    organisation_name: str
    department_id: UUID | None
    desk: str | None = Field(description="科室代码（教体局）")


class TokenAnswer(Output):
    """Tokens 令牌: the access token lives `expires_in` seconds; programs get no refresh token."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the name of a scheme
    expires_in: int
    refresh_token: str | None
    role: Role = Field(description="默认的角色；有多项授权时用请求头 X-Acting-Grant 选择")
    grants: list[GrantHeld]


class PermissionHeld(Output):
    """What the caller may do and how far it reaches."""

    permission: Permission
    title: str
    reach: Reach
    clause: str | None


class Me(Output):
    """The caller 当前用户: account, the role acted in, and what it may do."""

    account_id: UUID
    username: str
    display_name: str
    teacher_id: UUID | None
    region: str
    role: Role
    organisation_id: UUID
    organisation_name: str
    desk: str | None
    grant_id: UUID | None
    grants: list[GrantHeld]
    permissions: list[PermissionHeld]


class PasswordChange(Input):
    """The old and the new password 修改口令."""

    old_password: Password
    new_password: Password


class OwnSession(Output):
    """An open session 会话 of the caller."""

    id: UUID
    device: str | None
    created_at: Moment
    last_used_at: Moment
    ends_at: Moment
    is_current: bool


class GrantCreate(Input):
    """A role to be granted at an organisation 授权, for the bureau with its desk."""

    role: Role
    organisation_id: UUID
    department_id: UUID | None = Field(default=None, description="科室，仅教体局")
    ends_on: date | None = Field(default=None, description="到期日（当日起失效）；不填为长期")


class Grant(Resource):
    """A grant 授权, in force from `starts_on` to the day before `ends_on`."""

    account_id: UUID
    role: Role
    organisation_id: UUID
    department_id: UUID | None
    granted_by: UUID | None
    starts_on: date
    ends_on: date | None


class AccountCreate(Input):
    """A new account 新增账号 with its first grant."""

    username: Username
    display_name: Line
    password: Password | None = Field(default=None, description="初始口令；不填则生成一个，只在答复中显示一次")
    teacher_id: UUID | None = None
    grant: GrantCreate


class PasswordReset(Input):
    """A new password for an account 重置口令."""

    password: Password | None = Field(default=None, description="新口令；不填则生成一个，只在答复中显示一次")


class Account(Resource):
    """An account 账号."""

    username: str
    display_name: str
    teacher_id: UUID | None
    status: AccountStatus
    password_changed_at: Moment


class AccountWithPassword(Account):
    """An account and the password that was made for it, shown this once."""

    password: str | None = Field(description="系统生成的口令，只显示这一次；自行填写口令时为 null")


class AccountRequestCreate(Input):
    """Ask for a school clerk's account 申请学校经办人账号: a new one, or the grant for a teacher's own account."""

    organisation_id: UUID = Field(description="学校")
    username: Username | None = Field(default=None, description="新账号的用户名，与 display_name 同时填写")
    display_name: Line | None = Field(default=None, description="新账号的姓名")
    teacher_id: UUID | None = Field(default=None, description="给这位教师的现有账号授权；不与 username 同时填写")
    ends_on: date | None = Field(default=None, description="到期日（当日起失效）；不填为长期")

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        is_new = self.username is not None
        if is_new is not (self.display_name is not None) or is_new is (self.teacher_id is not None):
            message = "新账号请填写 username 与 display_name；给现有账号授权请只填写 teacher_id"
            raise ValueError(message)
        return self


class AccountRequestRefusal(Input):
    """Why a request is refused 不同意的理由."""

    reason: Line
    etag: str | None = Field(default=None, max_length=30, description="读取时得到的 etag，也可放在请求头 If-Match")


class AccountRequest(Resource):
    """A clerk's account or grant that is in force once a second person confirms it 账号申请."""

    organisation_id: UUID
    organisation_name: str
    username: str = Field(description="账号的用户名")
    display_name: str
    account_id: UUID | None = Field(description="所授权的账号；新账号在确认后才有")
    ends_on: date | None
    grant_id: UUID | None = Field(description="确认后生效的授权")
    status: AccountRequestStatus
    asked_by: UUID
    answered_by: UUID | None
    answered_at: Moment | None
    answer_reason: str | None


class AccountRequestConfirmed(AccountRequest):
    """A confirmed request with the password that was made for a new account, shown this once."""

    password: str | None = Field(description="新账号的口令，只显示这一次；给现有账号授权时为 null")


class ApiClientCreate(Input):
    """A program to be registered 登记 API 客户端; its scopes only narrow its role."""

    name: Line
    role: Literal[Role.BUREAU, Role.TRAINING_SCHOOL, Role.CENTRAL_SCHOOL, Role.SCHOOL]
    organisation_id: UUID
    department_id: UUID | None = None
    scopes: list[Permission] = Field(min_length=1, max_length=100)
    networks: list[Network] = Field(default=[], max_length=20, description="允许的来源网段；不填为不限")
    expires_on: date = Field(description="到期日（当日起失效），最长一年")


class ApiClient(Resource):
    """A registered program API 客户端."""

    client_id: str
    name: str
    role: Role
    organisation_id: UUID
    department_id: UUID | None
    scopes: list[str]
    networks: list[str]
    expires_on: date
    status: ClientStatus
    registered_by: UUID | None


class ApiClientWithSecret(ApiClient):
    """A program and its secret, shown this once."""

    client_secret: str = Field(description="密钥，只显示这一次")


class AuditEvent(Output):
    """What happened, to what, by whom 审计记录."""

    id: UUID
    occurred_at: Moment
    channel: str
    kind: str
    entity: str
    entity_id: UUID | None
    organisation_id: UUID | None
    teacher_id: UUID | None
    account_id: UUID | None
    acting_role: str | None
    acting_organisation_id: UUID | None
    request_id: str | None
    remote_address: str | None
    facts: dict[str, Any]
    decided_under: dict[str, Any] | None
