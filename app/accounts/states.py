"""The life of accounts and API clients 账号状态."""

from enum import StrEnum

from app.core.lifecycle import Lifecycle, Move


class AccountStatus(StrEnum):
    """Active or locked 正常、停用."""

    ACTIVE = "active"
    LOCKED = "locked"


class ClientStatus(StrEnum):
    """Active or revoked 有效、已吊销."""

    ACTIVE = "active"
    REVOKED = "revoked"


class AccountRequestStatus(StrEnum):
    """Waiting for a second person, in force, refused, or taken back 待确认、已生效、未同意、已撤回."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


ACCOUNT_LIFECYCLE = Lifecycle(
    name="account",
    title="账号",
    moves={
        "lock": Move(frozenset({AccountStatus.ACTIVE}), AccountStatus.LOCKED, "account.change"),
        "unlock": Move(frozenset({AccountStatus.LOCKED}), AccountStatus.ACTIVE, "account.change"),
    },
)

API_CLIENT_LIFECYCLE = Lifecycle(
    name="api_client",
    title="API 客户端",
    moves={"revoke": Move(frozenset({ClientStatus.ACTIVE}), ClientStatus.REVOKED, "api_client.change")},
)

_ASKED = frozenset({AccountRequestStatus.ASKED})
ACCOUNT_REQUEST_LIFECYCLE = Lifecycle(
    name="account_request",
    title="账号申请",
    moves={
        "confirm": Move(_ASKED, AccountRequestStatus.CONFIRMED, "account.request"),
        "refuse": Move(_ASKED, AccountRequestStatus.REFUSED, "account.request"),
        "withdraw": Move(_ASKED, AccountRequestStatus.WITHDRAWN, "account.request"),
    },
)
