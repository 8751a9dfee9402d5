"""Frozen years as pages 冻结与核对: freeze with a reason, the list, and each state checked against its hash."""

from collections.abc import Mapping
from html import escape
from typing import Any

from fastapi.responses import HTMLResponse, Response

from app.access.permissions import Permission
from app.api.scorecard import parts
from app.api.scorecard.attempt import Attempt, Fields, told
from app.api.scorecard.charts import number
from app.api.scorecard.frame import Frame
from app.api.scorecard.reads import Frozen, Kept
from app.api.scorecard.record import defined
from app.api.scorecard.templates import SNAPSHOT, SNAPSHOTS
from app.archive.rest import attached
from app.core.clock import CHINA
from app.performance.service.freezing import canonical


def snapshots_page(frame: Frame, found: Frozen, attempt: Attempt | None = None) -> HTMLResponse:
    """The form to freeze, and every frozen state; attempt: what was just tried and did not go through."""
    year, refusal = found.year, attempt.refusal if attempt else None
    more = ""
    if cursor := found.page.next_cursor:
        more = f'<p><a class="more" href="{frame.address(f"{year}/snapshots", cursor=cursor)}">下一页</a></p>'
    return frame.page(
        SNAPSHOTS,
        status=refusal.status if refusal else 200,
        back=frame.address(str(year)),
        origin=f"{year} 年绩效评级",
        title="冻结与核对",
        year=str(year),
        told=parts.told(frame.told),
        alert=told(refusal, "没有冻结。") if refusal else "",
        freeze=_form(frame, found, attempt),
        list=_list(frame, found),
        more=more,
    )


def _form(frame: Frame, found: Frozen, attempt: Attempt | None) -> str:
    if Permission.SCORECARD_FREEZE not in found.desk.held:
        return '<p class="quiet">冻结上报由教师教育科办理；已冻结的内容可在下方查看和核对。</p>'
    fields = Fields("freeze", attempt)
    waiting = len({(one.requirement, one.act) for one in found.owed})
    still = (
        f'<p class="hint">还有 {waiting} 项待办（待自评、待评分或退回待重评）；冻结的是现在的样子。</p>'
        if waiting
        else ""
    )
    is_again = bool(found.page.items)
    label = "理由（本年已冻结过，必填）" if is_again else "理由（首次冻结可不填）"
    box = (
        '<label class="box" for="freeze-confirm"><input type="checkbox" {a} value="yes"> '
        f"我确认冻结 {found.year} 年的绩效评级并上报；冻结后不能撤销，改动须再次冻结。</label>"
    )
    faults = attempt.at("confirm") if attempt else []
    own = 'id="freeze-confirm" name="confirm"'
    if faults:
        own += ' aria-invalid="true" aria-describedby="freeze-confirm-fault"'
    wrong = "".join(f'<span class="fault" id="freeze-confirm-fault">{escape(one.message)}</span>' for one in faults)
    return (
        f'{still}<form class="act" method="post" action="{frame.address(f"{found.year}/freeze")}">{frame.hidden()}'
        f'{fields.note("reason", label)}<p class="field">{box.replace("{a}", own)}{wrong}</p>'
        '<p class="send"><button>冻结上报</button></p></form>'
    )


def _list(frame: Frame, found: Frozen) -> str:
    if not found.page.items:
        return '<p class="quiet">本年还没有冻结过。</p>'
    names = found.desk.names
    rows = "\n".join(
        f'<tr><td data-label="次数"><a href="{frame.address(f"{found.year}/snapshots/{one.number}")}">'
        f"第 {one.number} 次</a></td>"
        f'<td data-label="时间">{one.created_at.astimezone(CHINA):%Y-%m-%d %H:%M}</td>'
        f'<td data-label="办理人">{escape(names.get(one.frozen_by, "—"))}</td>'
        f'<td data-label="评定">{number(float(one.decided))} 分</td>'
        f'<td data-label="自评">{number(float(one.self_assessed))} 分</td>'
        f'<td data-label="理由">{escape(one.reason or "—")}</td>'
        f'<td data-label="摘要"><code>{escape(one.sha256[:16])}…</code></td></tr>'
        for one in found.page.items
    )
    head = "".join(
        f'<th scope="col">{name}</th>' for name in ("次数", "时间", "办理人", "评定", "自评", "理由", "摘要")
    )
    return f'<table class="records"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def snapshot_page(frame: Frame, kept: Kept) -> HTMLResponse:
    """One frozen state: whether it is intact, who froze it when and why, and its points."""
    one = kept.snapshot
    facts = [
        ("冻结于", f"{one.created_at.astimezone(CHINA):%Y-%m-%d %H:%M}"),
        ("办理人", kept.by),
        ("理由", one.reason or "—"),
        ("数据截至", str(one.content.get("as_of", "—"))),
        ("评定", f"{number(float(one.decided))} 分"),
        ("自评", f"{number(float(one.self_assessed))} 分"),
        ("依据", str(one.content.get("policy_version", "—"))),
        ("SHA-256", one.sha256),
    ]
    right = parts.told("内容与摘要相符：自冻结以来没有改动。")
    wrong = parts.alert("内容与摘要不符：冻结的内容被改动过。请告知管理员，不要使用这份数据。")
    link = frame.address(f"{one.year}/snapshots/{one.number}/content.json")
    return frame.page(
        SNAPSHOT,
        back=frame.address(f"{one.year}/snapshots"),
        origin=f"{one.year} 年的冻结记录",
        title=f"第 {one.number} 次冻结",
        year=str(one.year),
        intact=right if one.is_intact else wrong,
        facts=defined(facts) + f'\n<div><dt>内容</dt><dd><a href="{link}">下载（json）</a></dd></div>',
        table=_points(one.content),
    )


def content_of(kept: Kept) -> Response:
    """The content as it was hashed."""
    one = kept.snapshot
    headers = attached(f"绩效评级冻结{one.year}-{one.number}.json")
    return Response(canonical(one.content).encode(), media_type="application/json", headers=headers)


def _points(content: Mapping[str, Any]) -> str:
    rows = "\n".join(
        f'<tr><td data-label="一级">{escape(str(group["label"]))}</td>'
        f'<td data-label="二级">{escape(str(one["label"]))}</td>'
        + "".join(
            f'<td data-label="{label}">{number(float(one["sums"][name]))}</td>'
            for name, label in (("points", "分值"), ("self_assessed", "自评"), ("decided", "评定"))
        )
        + "</tr>"
        for group in content.get("groups", [])
        for one in group["indicators"]
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("一级指标", "二级指标", "分值", "自评", "评定"))
    return f'<table class="records"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
