"""Seals and proofs as clients get them 封存与证明."""

from typing import Any
from uuid import UUID

from pydantic import Field

from app.core.schemas import Moment, Output


class HoursSeal(Output):
    """A seal 封存: a signed hash over some entries, chained to the one before. Hashes are hexadecimal."""

    id: UUID
    region: str
    number: int
    prev: str | None = Field(description="上一封存的摘要；第一次封存为 null")
    root: str = Field(description="所封记录的哈希树根")
    first: str = Field(description="第一条记录的位置")
    last: str = Field(description="最后一条记录的位置")
    entries: int = Field(description="所封记录数")
    sealed_at: str = Field(description="封存时刻（UTC，精确到微秒，参与签名）")
    key_id: str
    head: str = Field(description="以上各项的摘要")
    signature: str = Field(description="对摘要的 Ed25519 签名")
    created_at: Moment
    updated_at: Moment
    etag: str


class HoursSealStanding(Output):
    """The newest seal and what is not sealed yet 封存现状; `seal` is null before the first one."""

    seal: HoursSeal | None
    unsealed_entries: int = Field(description="尚未封存的记录数，最多数到 100000")
    oldest_unsealed_at: Moment | None = Field(description="尚未封存的最早一条的登记时刻；平时不早于两分钟前")


class ProofField(Output):
    """A field of an entry as it is hashed 参与哈希的一项; free text stands as its SHA-256."""

    name: str
    value: str | None


class ProofStep(Output):
    """A sibling on the way to the root 邻哈希: the side it stands on, and its hash."""

    side: str = Field(description="left 或 right")
    hash: str


class HoursEntryProof(Output):
    """What proves to anybody, without this service, that an entry was sealed as it is 包含证明."""

    entry_id: UUID
    format: int = Field(description="规范形式的版本")
    fields: list[ProofField]
    leaf: str
    index: int = Field(description="在所属封存中的次序，从 0 起")
    path: list[ProofStep]
    seal: HoursSeal
    public_key: str = Field(description="签名公钥（base64，32 字节）；请与自己留存的比较")


class HoursSealFault(Output):
    """What is wrong with a seal 封存问题."""

    code: str
    number: int
    entry_id: UUID | None
    message: str


class HoursSealCheck(Output):
    """One seal checked against the entries stored now 单次封存核验."""

    number: int
    entries: int
    is_right: bool
    fault: HoursSealFault | None


class HoursSealsVerdict(Output):
    """A region's seals checked, up to the first fault 全部封存核验."""

    seals: int
    entries: int
    unsealed_entries: int
    is_right: bool
    fault: HoursSealFault | None


class HoursSealsVerification(Output):
    """A verification on its way 核验任务; its response is the verdict."""

    id: UUID
    kind: str
    status: str
    done: bool
    retry_after: int | None
    metadata: dict[str, Any]
    links: dict[str, str]


class SealPublicKey(Output):
    """A key that signatures are checked with 公钥."""

    key_id: str
    algorithm: str
    public_key: str
    is_current: bool


class PublicSealStanding(HoursSealStanding):
    """The newest head with the public keys, for everybody 公开的封存摘要."""

    region: str
    keys: list[SealPublicKey]
