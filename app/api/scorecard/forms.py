"""What can be done with a requirement on its page: assess, upload evidence, score, return, name departments."""

from html import escape

from app.access.permissions import Permission
from app.api.scorecard.attempt import Attempt, Desk, Fields
from app.api.scorecard.charts import number
from app.api.scorecard.frame import Frame
from app.performance.schemas import ScorecardIndicator, ScorecardRequirement, ScorecardRow
from app.performance.states import ANY_DEPARTMENT, ROW_LIFECYCLE, RowStatus

BLANK_LINKS = 2
"""Empty lines for further links."""


def forms(
    frame: Frame, year: int, one: ScorecardIndicator, part: ScorecardRequirement, desk: Desk, attempt: Attempt | None
) -> str:
    """The forms a reader may send for a row; what only others may do is said in words."""
    row, found = part.row, []
    possible = ROW_LIFECYCLE.possible(RowStatus(row.status) if row else RowStatus.OPEN)
    tried = attempt if attempt and attempt.code == part.code else None
    send = _Sender(frame, year, part, tried)
    if Permission.SCORECARD_ASSESS in desk.held and desk.department in {who.code for who in part.responsible}:
        if "assess" in possible:
            found.append(send.form("assess", "自评", _assess(send, row, one)))
        else:
            found.append('<p class="hint">已评分；需要改动时请教师教育科先退回。</p>')
        found.append(send.form("files", "上传佐证", _file(send), is_upload=True))
    if Permission.SCORECARD_SCORE in desk.held:
        if row and row.assessed_by == desk.account and "return" in possible:
            found.append('<p class="hint">这一项由您自评，须由教师教育科的另一人评分或退回。</p>')
        elif "score" in possible or "return" in possible:
            found += [send.form(verb, name, body(send)) for verb, name, body in _DECIDING if verb in possible]
        if ANY_DEPARTMENT in {who.code for who in part.departments}:
            found.append(send.form("designate", "指定责任科室", _designate(send, row, desk)))
    return f'<div class="acts">{"".join(found)}</div>' if found else ""


class _Sender:
    """Makes the forms of one row."""

    def __init__(self, frame: Frame, year: int, part: ScorecardRequirement, tried: Attempt | None) -> None:
        self._frame, self._path, self._tried = frame, f"{year}/requirements/{part.code}", tried
        self._version = part.row.etag if part.row else '"0"'
        self._code = part.code

    def fields(self, verb: str) -> Fields:
        """The fields of a form, as they were sent where this form was."""
        tried = self._tried if self._tried and self._tried.verb == verb else None
        return Fields(f"{self._code}-{verb}", tried)

    def form(self, verb: str, name: str, body: str, *, is_upload: bool = False) -> str:
        """A form that opens; open at once where it was sent and refused."""
        is_open = self._tried is not None and self._tried.verb == verb
        kind = ' enctype="multipart/form-data"' if is_upload else ""
        hidden = self._frame.hidden(etag=self._version)
        return (
            f"<details{' open' if is_open else ''}><summary>{name}</summary>"
            f'<form method="post" action="{self._frame.address(f"{self._path}/{verb}")}"{kind}>{hidden}{body}'
            f'<p class="send"><button>{name}</button></p></form></details>'
        )


def _assess(send: _Sender, row: ScorecardRow | None, one: ScorecardIndicator) -> str:
    fields = send.fields("assess")
    points = "" if row is None or row.points is None else number(float(row.points))
    sums = one.sums
    most = f"{number(float(sums.points))} 分"
    if sums.implied is not None:
        most += f"，按人次扣分后至多 {number(float(sums.implied))} 分"
    about = f'<p class="hint">“{escape(one.label)}”共 {most}，同一指标的各项合计不能超过；以 0.5 分为最小单位。</p>'
    links = [(link.label, link.url) for link in (row.links if row else [])]
    count = len(links) + BLANK_LINKS
    if fields.attempt:
        count = max(count, len(fields.attempt.values.get("link_url", ())))
    links += [("", "")] * (count - len(links))
    lines = "".join(
        f'<div class="pair">'
        f"{fields.text('link_label', f'链接 {at + 1} 名称', label, at=at, pointer=f'links/{at}/label')}"
        f"{fields.text('link_url', f'链接 {at + 1} 地址', url, at=at, pointer=f'links/{at}/url')}</div>"
        for at, (label, url) in enumerate(links)
    )
    note = fields.note("note", "自评说明", (row.note or "") if row else "")
    pairs = f"<fieldset><legend>佐证链接（可不填）</legend>{lines}</fieldset>"
    return f"{about}{fields.points('points', '自评分', points)}{note}{pairs}"


def _file(send: _Sender) -> str:
    fields = send.fields("files")
    hint = "PDF、JPG、PNG、WebP、DOCX、XLSX 或 MP4；不要上传身份证件照片。"
    return f'{fields.field("file", "文件", "<input {a} type=file>")}<p class="hint">{hint}</p>'


def _score(send: _Sender) -> str:
    fields = send.fields("score")
    return fields.points("points", "评定分") + fields.note("note", "评分说明（可不填）")


def _return(send: _Sender) -> str:
    return send.fields("return").note("reason", "退回理由")


def _designate(send: _Sender, row: ScorecardRow | None, desk: Desk) -> str:
    fields = send.fields("designate")
    chosen = set(row.designated if row else [])
    if fields.attempt:
        chosen = set(fields.attempt.values.get("departments", ()))
    boxes = "".join(
        f'<label class="box"><input type="checkbox" name="departments" value="{escape(code)}"'
        f"{' checked' if code in chosen else ''}> {escape(label)}</label>"
        for code, label in desk.choices
    )
    faults = fields.attempt.at("departments") if fields.attempt else []
    wrong = "".join(f'<span class="fault">{escape(one.message)}</span>' for one in faults)
    return f"<fieldset><legend>本年由哪些科室自评</legend>{boxes}{wrong}</fieldset>"


_DECIDING = (("score", "评分", _score), ("return", "退回", _return))
