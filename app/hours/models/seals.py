"""Table of seals: append-only, each naming the one before, so that the chain cannot fork."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.hours.states import SEAL_ENTRIES_MAX


class HoursSeal(Base):
    """One seal 封存: the root over some entries, signed, and chained to the seal before by `prev` (its head).

    Positions are (epoch, xid, seq) as in the feed; a seal covers everything after the `hi` of the one before, up to
    its own `hi`. `entry_ids` and `leaves` (32 bytes each, same order) say which entry it is that no longer fits.
    """

    __tablename__ = "hours_seals"
    region_id: Mapped[int] = mapped_column(Integer, ForeignKey("regions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    prev: Mapped[bytes | None] = mapped_column(LargeBinary)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    head: Mapped[bytes] = mapped_column(LargeBinary)
    lo_epoch: Mapped[int]
    lo_xid: Mapped[int] = mapped_column(BigInteger)
    lo_seq: Mapped[int] = mapped_column(BigInteger)
    hi_epoch: Mapped[int]
    hi_xid: Mapped[int] = mapped_column(BigInteger)
    hi_seq: Mapped[int] = mapped_column(BigInteger)
    entries: Mapped[int]
    entry_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    leaves: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime]
    key_id: Mapped[str]
    signature: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        UniqueConstraint("region_id", "prev"),
        UniqueConstraint("region_id", "head"),
        ForeignKeyConstraint(["region_id", "prev"], ["hours_seals.region_id", "hours_seals.head"]),
        Index("uq_hours_seals_position", "region_id", "hi_epoch", "hi_xid", "hi_seq", unique=True),
        CheckConstraint("number >= 1 AND (number = 1) = (prev IS NULL)", name="number"),
        CheckConstraint(
            "octet_length(root) = 32 AND octet_length(head) = 32 AND octet_length(signature) = 64", name="hashes"
        ),
        CheckConstraint(
            f"entries BETWEEN 1 AND {SEAL_ENTRIES_MAX} AND cardinality(entry_ids) = entries"
            " AND octet_length(leaves) = 32 * entries",
            name="entries",
        ),
        CheckConstraint("(lo_epoch, lo_xid, lo_seq) <= (hi_epoch, hi_xid, hi_seq)", name="positions"),
    )


class HoursSealRefusal(Base):
    """That the sealer refuses to seal a region 拒绝封存: why, since when, how often; kept when over."""

    __tablename__ = "hours_seal_refusals"
    region_id: Mapped[int] = mapped_column(Integer, ForeignKey("regions.id"), primary_key=True)
    reason: Mapped[str]
    times: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[datetime]
    is_standing: Mapped[bool]

    __table_args__ = (CheckConstraint("times >= 1", name="times"),)
