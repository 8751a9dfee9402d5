"""The form to sign in with, and pages that say what is refused and what to do next."""

from html import escape

from fastapi.responses import HTMLResponse

from app.api import docs
from app.api.scorecard.frame import Frame
from app.api.scorecard.templates import REFUSED, SIGN_IN
from app.core.errors import Invalid, NotPermitted, ShixunError


def sign_in_page(frame: Frame, told: str, *, status: int, is_demo: bool) -> HTMLResponse:
    """The form to sign in with."""
    hint = f'<p class="refusal" role="alert">{escape(told)}</p>' if told else ""
    demo = ""
    if is_demo:
        demo = (
            f'<p class="quiet">演示库：账号 bureau（另一人 bureau_2）或 training_school，密码 {docs.DEMO_PASSWORD}</p>'
        )
    return frame.page(SIGN_IN, status=status, hint=hint, demo=demo)


def refused_page(frame: Frame, refusal: ShixunError, clause: str | None, back: tuple[str, str] | None) -> HTMLResponse:
    """What is refused, why, by which clause, and where to go on; back: address and label."""
    is_reader = isinstance(refusal, NotPermitted) and refusal.facts.get("permission") == "scorecard.read"
    title = "没有查看绩效评级的权限" if is_reader else escape(refusal.title)
    cited = f"<p>依据：{escape(clause)}</p>" if clause else ""
    several = frame.person and len(frame.person.me.grants) > 1 and isinstance(refusal, NotPermitted)
    roles = "<p>您有多项身份，可在页面上方切换后再试。</p>" if several else ""
    faults = "".join(f"<li>{escape(one.message)}</li>" for one in refusal.errors if one.message not in refusal.detail)
    listed = f"<ul>{faults}</ul>" if faults else ""
    kept = "<p>没有保存任何内容。</p>" if back and not isinstance(refusal, Invalid) else ""
    address, label = back or (f"{frame.root}/scorecard", "到本年的绩效评级")
    on = "" if is_reader else f'<p><a class="more" href="{escape(address)}">{escape(label)}</a></p>'
    is_gone = refusal.code == "ACTING_GRANT_REFUSED" and isinstance(refusal, NotPermitted)
    detail = "您选择的身份已经失效，现在回到默认的身份。请重新打开页面。" if is_gone else escape(refusal.detail)
    return frame.page(
        REFUSED, status=refusal.status, title=title, detail=detail, more=f"{listed}{cited}{kept}{roles}{on}"
    )
