"""Closed sets of exports, and the life of an export 批量导出."""

from enum import StrEnum

from app.core.lifecycle import Lifecycle, Move

ROWS_ALONE = 500
"""More rows than this need a second person."""

ROWS_SHEET = 1_048_000
"""What fits into a worksheet."""

KEPT_HOURS = 24

LAID_ASIDE = "后台任务没有完成，已停止。请重新申请导出；仍出错时请联系管理员。"
"""What is told of an export whose task was laid aside or cancelled."""


class ExportStatus(StrEnum):
    """Where an export stands 导出状态: waiting for a second person, being written, ready, refused, failed."""

    AWAITING_APPROVAL = "awaiting_approval"
    PREPARING = "preparing"
    READY = "ready"
    REFUSED = "refused"
    FAILED = "failed"


class ExportFormat(StrEnum):
    """The form of the file 文件格式."""

    XLSX = "xlsx"
    CSV = "csv"
    NDJSON = "ndjson"


_S = ExportStatus
EXPORT_LIFECYCLE = Lifecycle(
    name="export",
    title="导出",
    moves={
        "approve": Move(frozenset({_S.AWAITING_APPROVAL}), _S.PREPARING, "export.approve"),
        "refuse": Move(frozenset({_S.AWAITING_APPROVAL}), _S.REFUSED, "export.approve"),
        "finish": Move(frozenset({_S.PREPARING}), _S.READY, "worker"),
        "fail": Move(frozenset({_S.PREPARING}), _S.FAILED, "worker"),
    },
)
