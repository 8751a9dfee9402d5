"""The same page as a Word document, for who has to work on it 可编辑的文档."""

import io
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from app.certificates.printing.page import Imprint, Page, Table

FONT = "宋体"
_ALIGN = {"l": WD_ALIGN_PARAGRAPH.LEFT, "c": WD_ALIGN_PARAGRAPH.CENTER, "r": WD_ALIGN_PARAGRAPH.RIGHT}


def document(page: Page, imprint: Imprint) -> bytes:
    """The bytes of a .docx with everything that the PDF of the page says, but no code to verify."""
    made = Document()
    base = made.styles["Normal"]
    base.font.name, base.font.size = FONT, Pt(10.5)
    base.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    title = made.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(imprint.title)
    run.bold, run.font.size = True, Pt(18)
    made.add_paragraph(imprint.number).alignment = WD_ALIGN_PARAGRAPH.CENTER
    _rows(made, [(fact.label, fact.value) for fact in page.facts], ("l", "l"))
    made.add_paragraph(page.statement)
    for table in page.tables:
        _table(made, table)
    for note in page.notes:
        made.add_paragraph(note)
    for line in (imprint.issuer, imprint.day):
        made.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    made.core_properties.title = f"{imprint.title} {imprint.number}"
    made.core_properties.author = imprint.issuer
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def _table(made: Any, table: Table) -> None:
    made.add_paragraph().add_run(table.title).bold = True
    align = list(table.align)
    rows = [tuple(table.header), *(tuple(row) for row in table.rows)]
    if table.total:
        rows.append((table.total[0], *[""] * (len(align) - 2), table.total[1]))
    _rows(made, rows, align, has_head=True)


def _rows(made: Any, rows: list[tuple[str, ...]], align: Any, *, has_head: bool = False) -> None:
    grid = made.add_table(rows=0, cols=len(align), style="Table Grid")
    for place, row in enumerate(rows):
        cells = grid.add_row().cells
        for cell, text, side in zip(cells, row, align, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.alignment = _ALIGN[side]
            paragraph.add_run(text).bold = has_head and place == 0
