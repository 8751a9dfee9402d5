"""Several sheets of one workbook read as one file (`sheet=*`): the same columns, rows numbered on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from app.bulk_import.reading.header import normal_header
from app.bulk_import.reading.limits import file_fault, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.bulk_import.reading.header import Layout
    from app.bulk_import.reading.text import Record
    from app.bulk_import.reading.workbook import Merge, WorkbookSource
    from app.core.batch import Fault

_STEP: Final = 10_000


@dataclass(frozen=True, slots=True)
class JoinedSource:
    """The sheets in their order. starts: what is added to the row numbers of each; headers: its header row."""

    sources: tuple[WorkbookSource, ...]
    starts: tuple[int, ...]
    headers: tuple[int, ...]

    @staticmethod
    def of(sources: Sequence[WorkbookSource], layouts: Sequence[Layout]) -> JoinedSource:
        """Put sheets together. Raises FileRefused SHEETS_DIFFER when their columns do not agree."""
        wanted = _columns(layouts[0])
        for source, layout in zip(sources, layouts, strict=True):
            if _columns(layout) != wanted:
                message = f"工作表「{source.name}」与「{sources[0].name}」的列不同，不能一起导入，请逐个导入。"
                raise refusal("SHEETS_DIFFER", message, value=source.name)
        starts, start = [], 0
        for source in sources:
            starts.append(start)
            start = -(-(start + source.facts.last_row + 1) // _STEP) * _STEP
        return JoinedSource(tuple(sources), tuple(starts), tuple(layout.header_row for layout in layouts))

    @property
    def merges(self) -> tuple[Merge, ...]:
        """The merged ranges of all sheets, their rows numbered on; those above a header left out."""
        return tuple(
            replace(merge, first_row=merge.first_row + start, last_row=merge.last_row + start)
            for source, start, header in zip(self.sources, self.starts, self.headers, strict=True)
            for merge in source.merges
            if merge.first_row > header
        )

    def notes(self) -> list[Fault]:
        """How the rows of the further sheets are numbered."""
        return [
            file_fault(
                "SHEET_JOINED",
                f"工作表「{source.name}」一并导入，它的第 1 行记为第 {start + 1} 行。",
                "fixed",
                row=start + 1,
                value=source.name,
            )
            for source, start in zip(self.sources[1:], self.starts[1:], strict=True)
        ]

    def records(self, after: int = 0) -> Iterator[Record]:
        """Yield the rows of every sheet below its own header."""
        del after
        for source, start, header in zip(self.sources, self.starts, self.headers, strict=True):
            for number, cells, faults in source.records(after=header):
                yield number + start, cells, faults


def _columns(layout: Layout) -> list[tuple[int, str]]:
    return [(use.position, use.column.name if use.column else normal_header(use.header)) for use in layout.uses]
