"""Numbers of persons 证件号码、手机号码: canonical form, sealed for the table, masked for people."""

from typing import Any
from uuid import UUID

from pydantic import SecretStr

from app.core.batch.text import fold
from app.core.crypto import vault
from app.teachers.states import IdType

ID_PLACE, MOBILE_PLACE = "teachers.id_number", "teachers.mobile"
SHOWN = 4
_MOBILE_HEAD = 3


def canonical(secret: SecretStr) -> str:
    """A number without spaces and hyphens, in half-width characters and capital letters."""
    return "".join(fold(secret.get_secret_value()).split()).replace("-", "").upper()


def index_of(id_type: IdType, number: str) -> bytes:
    """The blind index (32 bytes) of an identity number in canonical form; documents of other kinds stand apart."""
    return vault().blind_index("id_number", number if id_type is IdType.RESIDENT else f"{id_type}:{number}")


def sealed_id(teacher_id: UUID, id_type: IdType, number: str) -> dict[str, Any]:
    """The columns of an identity number in canonical form."""
    return {
        "id_number": vault().encrypt(number, place=ID_PLACE, row=teacher_id),
        "id_number_index": index_of(id_type, number),
        "id_number_masked": masked_id(number),
    }


def masked_id(number: str) -> str:
    """An identity number as people see it."""
    return "*" * (len(number) - SHOWN) + number[-SHOWN:]


def sealed_mobile(teacher_id: UUID, mobile: str | None) -> dict[str, Any]:
    """The columns of a mobile number of 11 digits, or of none."""
    if mobile is None:
        return {"mobile": None, "mobile_masked": None}
    hidden = "*" * (len(mobile) - _MOBILE_HEAD - SHOWN)
    masked = mobile[:_MOBILE_HEAD] + hidden + mobile[-SHOWN:]
    return {"mobile": vault().encrypt(mobile, place=MOBILE_PLACE, row=teacher_id), "mobile_masked": masked}


def opened_id(teacher_id: UUID, sealed: bytes) -> str:
    """An identity number again."""
    return vault().decrypt(sealed, place=ID_PLACE, row=teacher_id)


def opened_mobile(teacher_id: UUID, sealed: bytes) -> str:
    """A mobile number again."""
    return vault().decrypt(sealed, place=MOBILE_PLACE, row=teacher_id)
