"""What somebody tried on a page and why it did not go through: the input is kept, every fault stands at its field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from uuid import UUID

from app.access.permissions import Permission
from app.core.errors import FieldFault, ShixunError


@dataclass(frozen=True, slots=True)
class Attempt:
    """An act on a requirement (or on the year, code ""), the values sent by field, and the refusal."""

    code: str
    verb: str
    values: Mapping[str, Sequence[str]]
    refusal: ShixunError

    def at(self, name: str) -> list[FieldFault]:
        """The faults of a field: its pointer or one below it."""
        return [one for one in self.refusal.errors if (one.pointer + "/").startswith(f"/{name}/")]


@dataclass(frozen=True, slots=True)
class Desk:
    """What the reader may do on the card: who, for which department, with which permissions; desks to choose from."""

    account: UUID
    department: str | None
    held: frozenset[Permission]
    choices: Sequence[tuple[str, str]] = ()
    names: Mapping[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one form. place: prefix of ids; attempt: what was sent before, if this form was."""

    place: str
    attempt: Attempt | None = None

    def value(self, name: str, given: str = "", at: int = 0) -> str:
        """What a field holds: what was sent, else what is given."""
        if self.attempt is None:
            return given
        sent = self.attempt.values.get(name, ())
        return sent[at] if at < len(sent) else ""

    def field(self, name: str, label: str, control: str, *, pointer: str = "", at: int = 0) -> str:
        """A label, its control (with the slot {a} for attributes) and its faults. at: which of several of a name."""
        faults = self.attempt.at(pointer or name) if self.attempt else []
        key = f"{self.place}-{name}-{at}" if at else f"{self.place}-{name}"
        own = f'id="{escape(key)}" name="{escape(name)}"'
        if faults:
            own += f' aria-invalid="true" aria-describedby="{escape(key)}-fault"'
        said = "".join(f"<span>{escape(_cited(one))}</span>" for one in faults)
        wrong = f'<span class="fault" id="{escape(key)}-fault">{said}</span>' if faults else ""
        return f'<p class="field"><label for="{escape(key)}">{label}</label>{control.replace("{a}", own)}{wrong}</p>'

    def text(
        self, name: str, label: str, given: str = "", *, at: int = 0, pointer: str = "", kind: str = "text"
    ) -> str:
        """One line of text."""
        shown = escape(self.value(name, given, at))
        return self.field(name, label, f'<input {{a}} type="{kind}" value="{shown}">', at=at, pointer=pointer)

    def points(self, name: str, label: str, given: str = "") -> str:
        """A number of points in halves."""
        shown = escape(self.value(name, given))
        return self.field(name, label, f'<input {{a}} inputmode="decimal" size="6" autocomplete="off" value="{shown}">')

    def note(self, name: str, label: str, given: str = "") -> str:
        """A longer text."""
        return self.field(name, label, f'<textarea {{a}} rows="3">{escape(self.value(name, given))}</textarea>')


def _cited(fault: FieldFault) -> str:
    rule = fault.params.get("rule")
    return f"{fault.message}（{rule}）" if rule else fault.message


def told(refusal: ShixunError, what: str, more: str = "") -> str:
    """A refusal at the head of a page: what did not happen, every fault, and more markup; read out at once."""
    faults = "".join(f"<li>{escape(_cited(one))}</li>" for one in refusal.errors)
    said = f"{len(refusal.errors)} 处不符合要求：" if faults else escape(refusal.detail)
    listed = f"<ul>{faults}</ul>" if faults else ""
    return f'<div class="notice wrong" role="alert"><p>{what}{said}</p>{listed}{more}</div>'
