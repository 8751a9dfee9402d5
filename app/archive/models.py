"""Tables of the archive: files, and how much of their room people and organisations have used."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.archive.states import MediaType
from app.core.db import Base, RegionRow, region_reference


class File(RegionRow, Base):
    """A file that hangs on a record 过程档案; never changed, never deleted, only hidden with a reason. [A5.10]

    owner_kind, owner_id: the record it hangs on; organisation_id, teacher_id: whose that record is. size_bytes,
    sha256: of what is stored. uploaded_as: the role the uploader acted in.
    """

    __tablename__ = "files"
    owner_kind: Mapped[str]
    owner_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    teacher_id: Mapped[UUID | None]
    name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    uploaded_by: Mapped[UUID]
    uploaded_as: Mapped[str]
    hidden_at: Mapped[datetime | None]
    hidden_by: Mapped[UUID | None]
    hidden_reason: Mapped[str | None]

    __table_args__ = (
        region_reference("organisation_id", "organisations"),
        region_reference("teacher_id", "teachers"),
        CheckConstraint("owner_kind ~ '^[a-z_]{1,40}$'", name="owner_kind"),
        CheckConstraint(f"media_type IN ({', '.join(repr(str(kind)) for kind in MediaType)})", name="media_type"),
        CheckConstraint("size_bytes > 0", name="size_bytes"),
        CheckConstraint("octet_length(sha256) = 32", name="sha256"),
        CheckConstraint("length(name) BETWEEN 1 AND 200 AND name !~ '[/\\\\[:cntrl:]]'", name="name"),
        CheckConstraint(
            "(hidden_at IS NULL) = (hidden_by IS NULL) AND (hidden_at IS NULL) = (hidden_reason IS NULL)",
            name="hidden",
        ),
        # The same bytes on the same record are the same file; what was hidden may be uploaded again.
        Index(
            "uq_files_content",
            "region_id",
            "owner_kind",
            "owner_id",
            "sha256",
            unique=True,
            postgresql_where=text("hidden_at IS NULL"),
        ),
        Index("ix_files_owner", "region_id", "owner_kind", "owner_id", "id"),
    )


class FileUsage(Base):
    """Bytes used by an account or an organisation 已用空间; its row is the lock of two uploads at once."""

    __tablename__ = "file_usage"
    region_id: Mapped[int] = mapped_column(Integer, ForeignKey("regions.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    used_bytes: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))

    __table_args__ = (
        CheckConstraint("kind IN ('account', 'organisation')", name="kind"),
        CheckConstraint("used_bytes >= 0", name="used_bytes"),
    )
