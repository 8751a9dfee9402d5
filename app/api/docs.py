"""Start page, Swagger UI and GraphiQL, all from our own files: they work on an intranet. 首页与接口文档，不用外网"""

import hashlib
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import QueryParams
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"
TOKEN_PATH = "/v1/auth/token"  # noqa: S105 (an address, no secret)
DEMO_PASSWORD = "shixun-demo"  # noqa: S105 (printed on purpose, on demo databases only)
DEMO_SIGN_INS = {
    "bureau": "教体局教师教育科",
    "bureau_2": "教体局教师教育科（另一人，办理须两人的事项）",
    "training_school": "教师进修学校",
    "central_school": "中心校",
    "school": "学校",
    "teacher": "教师",
}
DOORS = {
    "/docs": ("REST 接口文档", "Swagger UI，登录后可直接试用"),
    "/graphql": ("GraphQL", "GraphiQL，查询与补全"),
    "/openapi.json": ("OpenAPI 文件", "用来生成客户端"),
    "/scorecard": ("绩效评级", "附件4 评级表：得分、失分、待办与数据来源"),
    "/healthz": ("运行状态", "服务是否在运行"),
}


def pages() -> APIRouter:
    """GET /, /docs and /graphql, for people with a browser; none of them is in the OpenAPI document."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/")
    def start(request: Request) -> HTMLResponse:
        return start_page(root_path_of(request), is_demo=bool(getattr(request.app.state, "demo", False)))

    @router.get("/docs")
    def swagger(request: Request) -> HTMLResponse:
        return swagger_page(root_path_of(request), request.app.openapi_url or "/openapi.json")

    @router.get("/graphql")
    def graphiql(request: Request) -> HTMLResponse:
        return graphiql_page(root_path_of(request))

    return router


def mount_static(app: FastAPI) -> None:
    """Serve the files of the pages under /static."""
    app.mount("/static", _StaticFiles(directory=STATIC), name="static")


def start_page(root_path: str, *, is_demo: bool) -> HTMLResponse:
    """Say what Shixun is and where its doors are, with the demo sign-ins on a demo database only. 首页

    root_path: prefix under which a proxy publishes the service, "" for none.
    """
    doors = "\n".join(
        f'<li><a href="{escape(root_path + path)}"><b>{name}</b> <code>{path}</code><span>{gist}</span></a></li>'
        for path, (name, gist) in DOORS.items()
    )
    return page_of(_START, root_path, doors=doors, demo=_demo_sign_ins() if is_demo else "")


def swagger_page(root_path: str, openapi_url: str) -> HTMLResponse:
    """Swagger UI on the service's own document; signing in uses the document's password flow. REST 接口文档

    openapi_url: path of the document below root_path.
    """
    return page_of(_SWAGGER, root_path, openapi=escape(root_path + openapi_url))


def graphiql_page(root_path: str) -> HTMLResponse:
    """GraphiQL with a sign-in form and a headers editor; it posts to /graphql. GraphQL 页面"""
    return page_of(_GRAPHIQL, root_path, is_style_inline=True, token=escape(root_path + TOKEN_PATH))


class _StaticFiles(StaticFiles):
    """Files kept for a year when asked for by their present version, for an hour otherwise."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        is_versioned = QueryParams(scope["query_string"]).get("v") == _version(path)
        response.headers["Cache-Control"] = f"public, max-age={'31536000, immutable' if is_versioned else '3600'}"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


@cache
def _version(path: str) -> str:
    """First 12 hex digits of the SHA-256 of a static file; path is relative to the static folder."""
    return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]


def root_path_of(request: Request) -> str:
    """The prefix under which a proxy publishes the service, "" for none."""
    return str(request.scope.get("root_path", "")).rstrip("/")


def page_of(
    body: Template,
    root_path: str,
    *,
    is_style_inline: bool = False,
    has_form: bool = False,
    status: int = 200,
    **parts: str,
) -> HTMLResponse:
    """Fill a page's template, point its files to their present version, and add the headers of a page.

    is_style_inline: GraphiQL's dialogs write style elements at run time; scripts come from files in any case.
    has_form: the page posts a form of its own to this service.
    """
    root = escape(root_path)
    assets = {name: f"{root}/static/{path}?v={_version(path)}" for name, path in _ASSETS.items()}
    head = _HEAD.substitute(assets)
    return HTMLResponse(
        body.substitute(assets, head=head, root=root, **parts),
        status,
        headers={
            "Cache-Control": "no-cache",
            "Content-Security-Policy": _content_security_policy(is_style_inline=is_style_inline, has_form=has_form),
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _content_security_policy(*, is_style_inline: bool, has_form: bool) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'" if is_style_inline else "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'self'" if has_form else "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def _demo_sign_ins() -> str:
    rows = "\n".join(
        f"<tr><td><code>{name}</code></td><td>{role}</td><td><code>{DEMO_PASSWORD}</code></td></tr>"
        for name, role in DEMO_SIGN_INS.items()
    )
    return _DEMO.substitute(rows=rows)


_ASSETS = {
    "favicon": "pages/favicon.svg",
    "pages_css": "pages/pages.css",
    "scorecard_css": "pages/scorecard.css",
    "swagger_js": "pages/swagger.js",
    "graphiql_js": "pages/graphiql.js",
    "swagger_bundle_js": "vendor/swagger-ui/swagger-ui-bundle.js",
    "swagger_bundle_css": "vendor/swagger-ui/swagger-ui.css",
    "graphiql_bundle_js": "vendor/graphiql/graphiql.min.js",
    "graphiql_bundle_css": "vendor/graphiql/graphiql.min.css",
    "react_js": "vendor/react/react.production.min.js",
    "react_dom_js": "vendor/react-dom/react-dom.production.min.js",
}

_HEAD = Template("""\
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" type="image/svg+xml" href="$favicon">
<link rel="stylesheet" href="$pages_css">""")

_START = Template("""\
<!doctype html>
<html lang="zh-CN">
<head>
$head
<title>师训 Shixun</title>
</head>
<body>
<main class="start">
<header><img src="$favicon" alt=""><h1>师训 <small>Shixun</small></h1></header>
<p>县级教育部门教师发展工作的后台服务：机构、教师与学时台账，\
从学校、中心校、教师进修学校到教体局，一处登记，处处有据可查。</p>
<p class="english" lang="en">Shixun is the back end of a county education bureau for the professional development
of its teachers, with a REST and a GraphQL interface.</p>
<h2>入口</h2>
<ul class="doors">
$doors
</ul>
$demo
<footer>第一次使用？请看项目 README.zh-CN.md 中的“用 curl 走一遍”，从登录一步步走到学时登记与红冲。</footer>
</main>
</body>
</html>
""")

_DEMO = Template("""\
<section class="demo">
<h2>演示账号 <span class="synthetic">演示数据，均为合成</span></h2>
<table>
<thead><tr><th>账号</th><th>身份</th><th>密码</th></tr></thead>
<tbody>
$rows
</tbody>
</table>
</section>""")

_SWAGGER = Template("""\
<!doctype html>
<html lang="zh-CN">
<head>
<link rel="stylesheet" href="$swagger_bundle_css">
$head
<title>REST 接口文档 · 师训 Shixun</title>
</head>
<body data-openapi="$openapi">
<nav class="bar"><a class="home" href="$root/"><img src="$favicon" alt="">师训</a>
<span>REST 接口文档</span><a href="$root/graphql">GraphQL</a><a href="$openapi">openapi.json</a></nav>
<div id="swagger-ui"></div>
<noscript>此页需要启用 JavaScript。</noscript>
<script src="$swagger_bundle_js"></script>
<script src="$swagger_js"></script>
</body>
</html>
""")

_GRAPHIQL = Template("""\
<!doctype html>
<html lang="zh-CN">
<head>
<link rel="stylesheet" href="$graphiql_bundle_css">
$head
<title>GraphQL · 师训 Shixun</title>
</head>
<body class="graphiql-page" data-graphql="$root/graphql" data-token="$token">
<nav class="bar"><a class="home" href="$root/"><img src="$favicon" alt="">师训</a>
<span>GraphQL</span><a href="$root/docs">REST 接口文档</a>
<form id="sign-in" method="post">
<output id="standing" role="status">未登录</output>
<span id="sign-in-fields" class="fields">
<label>账号 <input name="username" autocomplete="username" autocapitalize="none" required></label>
<label>密码 <input name="password" type="password" autocomplete="current-password" required></label>
<button>登录</button>
</span>
<button id="sign-out" class="plain" type="button" hidden>退出</button>
</form></nav>
<div id="graphiql"></div>
<noscript>此页需要启用 JavaScript。</noscript>
<script src="$react_js"></script>
<script src="$react_dom_js"></script>
<script src="$graphiql_bundle_js"></script>
<script src="$graphiql_js"></script>
</body>
</html>
""")
