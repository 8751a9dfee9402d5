"""The hours certificate as clients ask for it 学时证明."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from app.core.schemas import Input
from app.organisations.schemas import YearName


class CertificateCreate(Input):
    """A certificate to be issued 开具证明: whose hours of which school year."""

    kind: Literal["hours"] = Field(description="目前只有学时证明 hours；聘书、荣誉证书由各自的业务出具")
    teacher_id: UUID
    school_year: YearName
