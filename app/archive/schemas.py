"""Files as clients get them 过程档案."""

from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from app.archive.states import MediaType
from app.core.schemas import Input, Moment, Note, Output, Resource


def _hex(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value


class File(Resource):
    """An archived file 过程档案; its content is at /v1/files/{id}/content."""

    owner_kind: str = Field(description="所属记录的种类，如 hours_entry")
    owner_id: UUID = Field(description="所属记录")
    organisation_id: UUID
    teacher_id: UUID | None
    name: str = Field(description="文件名")
    media_type: MediaType
    size_bytes: int = Field(description="字节数；照片上传时已去除位置等信息，可能小于原文件")
    sha256: Annotated[str, BeforeValidator(_hex)] = Field(description="所存内容的 SHA-256")
    uploaded_by: UUID
    uploaded_as: str = Field(description="上传者当时的角色")
    hidden_at: Moment | None = Field(description="隐藏时间；隐藏后保留记录，不再提供内容")
    hidden_reason: str | None


class FileHide(Input):
    """Why a file is hidden 隐藏理由."""

    reason: Annotated[Note, Field(min_length=4, description="隐藏理由，至少 4 个字")]
    etag: str | None = Field(default=None, max_length=30, description="读取时得到的 etag，也可放在请求头 If-Match")


class FileLink(Output):
    """An address for wx.downloadFile: one file, ten minutes, without a token 下载链接."""

    url: str = Field(description="相对地址，接在服务地址之后；不要转发")
    expires_at: Moment
