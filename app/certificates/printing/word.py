"""The same page as a Word document, for who has to work on it 可编辑的文档."""

import io
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from app.certificates.printing.page import Imprint, Page, Section, Table

FONT, FONT_OF_BRIEFINGS = "宋体", "仿宋"
SIZE, SIZE_OF_BRIEFINGS = Pt(10.5), Pt(16)
"""Briefings are set as documents of the administration are: 仿宋, size 3 三号 (GB/T 9704)."""
_ALIGN = {"l": WD_ALIGN_PARAGRAPH.LEFT, "c": WD_ALIGN_PARAGRAPH.CENTER, "r": WD_ALIGN_PARAGRAPH.RIGHT}


def document(page: Page, imprint: Imprint) -> bytes:
    """The bytes of a .docx with everything that the PDF of the page says, but no code to verify."""
    made = Document()
    base = made.styles["Normal"]
    is_briefing = page.form == "briefing"
    font = FONT_OF_BRIEFINGS if is_briefing else FONT
    base.font.name, base.font.size = font, SIZE_OF_BRIEFINGS if is_briefing else SIZE
    base.element.rPr.rFonts.set(qn("w:eastAsia"), font)
    title = made.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(imprint.title)
    run.bold, run.font.size = True, Pt(18)
    made.add_paragraph(imprint.number).alignment = WD_ALIGN_PARAGRAPH.CENTER
    if page.facts:
        _rows(made, [(fact.label, fact.value) for fact in page.facts], ("l", "l"))
    statement = made.add_paragraph()
    statement.add_run(page.statement).bold = is_briefing
    if is_briefing:
        statement.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for section in page.sections:
        _section(made, section)
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


def _section(made: Any, section: Section) -> None:
    if section.heading:
        made.add_paragraph().add_run(section.heading).bold = True
    for line in section.text.split("\n"):
        made.add_paragraph(line).paragraph_format.first_line_indent = SIZE_OF_BRIEFINGS * 2


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
