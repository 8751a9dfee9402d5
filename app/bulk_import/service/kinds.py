"""The kinds of rows this installation imports: the assembly hands them in, this package knows none by name."""

from collections.abc import Sequence

from app.core.batch.staging import BatchKind
from app.core.errors import NotFound

_kinds: dict[str, BatchKind] = {}


def install(kinds: Sequence[BatchKind]) -> None:
    """Set the kinds of this process; the assembly does it once at start."""
    _kinds.clear()
    _kinds.update({kind.name: kind for kind in kinds})


def kinds() -> tuple[BatchKind, ...]:
    """Every kind, in the order of the assembly."""
    return tuple(_kinds.values())


def kind_named(name: str) -> BatchKind:
    """The kind of a name. Raises NotFound 404 IMPORT_KIND_UNKNOWN with the names there are."""
    if name not in _kinds:
        known = "、".join(f"{kind.name}（{kind.title}）" for kind in _kinds.values())
        raise NotFound("IMPORT_KIND_UNKNOWN", f"没有导入种类 {name}。可用：{known}。", kinds=list(_kinds))
    return _kinds[name]
