"""The page a QR code leads to: what a certificate is worth today, for anyone with a phone 证书核验页面."""

from html import escape
from http import HTTPStatus
from string import Template

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.access.doors import opener
from app.accounts.entry import Entrance
from app.api import docs
from app.certificates import service
from app.certificates.schemas import Verification
from app.core.errors import ShixunError

PATH = "/verify/{token}"


def pages() -> APIRouter:
    """GET /verify/{token}; not in the OpenAPI document."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get(PATH)
    async def verification(request: Request, token: str) -> HTMLResponse:
        entrance = opener(request)
        assert isinstance(entrance, Entrance)  # noqa: S101 - the assembly hands down nothing else
        root = docs.root_path_of(request)
        try:
            found = await service.verify(entrance, token, address=request.client.host if request.client else None)
            page = _page(root, found)
        except ShixunError as refusal:
            page = _refused(root, refusal)
        page.headers["Cache-Control"] = "no-store"
        return page

    return router


def _page(root: str, found: Verification) -> HTMLResponse:
    is_doubtful = found.is_changed_after and found.status == "valid"
    facts = {
        "编号": f"{found.number}（第 {found.edition} 版）" if found.edition > 1 else found.number,
        "姓名": found.name_masked,
        "所属期间": f"{found.period} 学年" if found.kind == "hours" else found.period,
        "出具单位": found.issuer,
        "出具日期": _day(found.issued_on),
    }
    if found.status_changed_on:
        facts["状态变更"] = _day(found.status_changed_on)
    return docs.page_of(
        _VERIFICATION,
        root,
        title=escape(found.title),
        mood="doubtful" if is_doubtful else str(found.status),
        standing="有效，但之后有变动" if is_doubtful else found.status_title,
        hint=escape(found.hint),
        facts=_rows(facts),
        content=_content(found),
        changes=_changes(found),
        basis=_rows(_basis(found)),
    )


def _content(found: Verification) -> str:
    categories = "\n".join(
        f'<tr><td>{escape(str(one["label"]))}</td><td class="figure">{escape(str(one["credited"]))}</td>'
        f"<td>{escape(str(one['standing']))}</td></tr>"
        for one in found.content.get("categories", ())
    )
    if not categories:
        return ""
    return _CONTENT.substitute(rows=categories, total=escape(str(found.content["total"])))


def _changes(found: Verification) -> str:
    items = "\n".join(f"<li>{one.on:%Y-%m-%d}：{escape(one.what)}</li>" for one in found.changes)
    return f'<h2>出具之后的变动</h2>\n<ul class="changes">\n{items}\n</ul>' if items else ""


def _basis(found: Verification) -> dict[str, str]:
    basis = {"记录": f"{found.stands_on.records} 条", "内容摘要": found.stands_on.digest, "PDF 摘要": found.pdf_sha256}
    if found.stands_on.seal:
        basis["封存"] = f"第 {found.stands_on.seal['number']} 号，{found.stands_on.seal['head']}"
    return basis


def _rows(facts: dict[str, str]) -> str:
    return "\n".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in facts.items())


def _day(day: object) -> str:
    return f"{day:%Y-%m-%d}"


def _refused(root: str, refusal: ShixunError) -> HTMLResponse:
    is_unknown = refusal.status == HTTPStatus.NOT_FOUND
    return docs.page_of(
        _REFUSED,
        root,
        status=refusal.status,
        standing="查无此证" if is_unknown else escape(refusal.title),
        hint=escape(refusal.detail),
    )


_VERIFICATION = Template("""\
<!doctype html>
<html lang="zh-CN">
<head>
$head
<meta name="robots" content="noindex">
<title>$title核验 · 师训</title>
</head>
<body>
<main class="start verify">
<header><img src="$favicon" alt=""><h1>$title核验</h1></header>
<p class="standing $mood"><b>$standing</b><span>$hint</span></p>
<dl>
$facts
</dl>
$content
$changes
<h2>依据</h2>
<dl class="basis">
$basis
</dl>
<footer>姓名只显示部分字。核验结果以本页网址的域名属于本地教育部门为准。</footer>
</main>
</body>
</html>
""")

_CONTENT = Template("""\
<table>
<thead><tr><th>类别</th><th class="figure">学时</th><th>完成情况</th></tr></thead>
<tbody>
$rows
</tbody>
<tfoot><tr><td>合计</td><td class="figure">$total</td><td></td></tr></tfoot>
</table>""")

_REFUSED = Template("""\
<!doctype html>
<html lang="zh-CN">
<head>
$head
<meta name="robots" content="noindex">
<title>证书核验 · 师训</title>
</head>
<body>
<main class="start verify">
<header><img src="$favicon" alt=""><h1>证书核验</h1></header>
<p class="standing revoked"><b>$standing</b><span>$hint</span></p>
</main>
</body>
</html>
""")
