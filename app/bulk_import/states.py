"""Closed sets of imports, and the life of an import 批量导入."""

from enum import StrEnum

from app.core.lifecycle import Lifecycle, Move

MIB = 1024 * 1024
TEMPLATE_VERSION = "1"
"""Of the templates that are given out; files on an older one are read too, and told so."""
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a cell begins with that a spreadsheet would take for a formula."""

WORKBOOK_MAX = 20 * MIB
TEXT_MAX = 512 * MIB
"""Largest upload over HTTP, in bytes: workbooks and text files."""


class ImportStatus(StrEnum):
    """Where an import stands 导入状态."""

    UPLOADED = "uploaded"
    VALIDATING = "validating"
    VALIDATED = "validated"
    INVALID = "invalid"
    COMMITTING = "committing"
    COMMITTED = "committed"
    PARTIALLY_COMMITTED = "partially_committed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REVERTING = "reverting"
    REVERTED = "reverted"


class ImportMode(StrEnum):
    """Only check, or check and apply 只校验、校验并导入."""

    VALIDATE = "validate"
    COMMIT = "commit"


class OnError(StrEnum):
    """What one faulty row means for the others: nothing is applied, or the good rows are 全部不导入、跳过有误行."""

    ABORT = "abort"
    SKIP = "skip"


class FaultLevel(StrEnum):
    """How grave a remark is: repaired, accepted with a warning, row refused, file refused 修、警、错、停."""

    FIXED = "fixed"
    WARNING = "warning"
    ERROR = "error"
    STOP = "stop"


_S = ImportStatus
_WORKER, _READER = "worker", "import.read"
_OPEN = frozenset({_S.UPLOADED, _S.VALIDATING, _S.COMMITTING})

IMPORT_LIFECYCLE = Lifecycle(
    name="import",
    title="导入",
    moves={
        "validate": Move(frozenset({_S.UPLOADED}), _S.VALIDATING, _WORKER),
        "accept": Move(frozenset({_S.VALIDATING}), _S.VALIDATED, _WORKER),
        "refuse": Move(frozenset({_S.VALIDATING, _S.COMMITTING}), _S.INVALID, _WORKER),
        "apply": Move(frozenset({_S.VALIDATING}), _S.COMMITTING, _WORKER),
        "commit": Move(frozenset({_S.VALIDATED, _S.INVALID}), _S.COMMITTING, "import.<kind>"),
        "finish": Move(frozenset({_S.COMMITTING}), _S.COMMITTED, _WORKER),
        "finishPartly": Move(frozenset({_S.COMMITTING}), _S.PARTIALLY_COMMITTED, _WORKER),
        "fail": Move(_OPEN, _S.FAILED, _WORKER),
        "resume": Move(frozenset({_S.FAILED}), _S.UPLOADED, "import.<kind>"),
        "map": Move(frozenset({_S.VALIDATED, _S.INVALID}), _S.UPLOADED, "import.<kind>"),
        "revert": Move(frozenset({_S.COMMITTED, _S.PARTIALLY_COMMITTED}), _S.REVERTING, "import.<kind>"),
        "failRevert": Move(frozenset({_S.REVERTING}), _S.PARTIALLY_COMMITTED, _WORKER),
        "finishRevert": Move(frozenset({_S.REVERTING}), _S.REVERTED, _WORKER),
        "cancel": Move(frozenset({_S.UPLOADED, _S.VALIDATING, _S.VALIDATED, _S.INVALID}), _S.CANCELLED, _READER),
    },
)
