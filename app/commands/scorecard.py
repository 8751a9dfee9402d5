"""`shixun scorecard`: the card of a year as a table with totals, from a running service."""

from typing import Any

from rich.console import Console
from rich.table import Table

from app.commands.remote import DONE, Caller, must

ACTS = {"assess": "待自评", "assess_again": "按退回意见重评", "score": "待评分"}
COLUMNS = ("一级指标", "二级指标", "分值", "推算", "自评", "评定", "尚差")


def show(who: Caller, year: int) -> int:
    """Print the scorecard of a calendar year; answers 0 done, 1 refused."""
    with who.open() as client:
        answer = client.get(f"/v1/scorecards/{year}")
        must(answer)
    card = answer.json()
    out = Console()
    table = Table(*COLUMNS, title=f"{card['label']}（{year} 年，数据截至 {card['as_of']}）")
    for group in card["groups"]:
        for one in group["indicators"]:
            table.add_row(group["label"], one["label"], *_points(one["sums"]))
        table.add_row(group["label"], "小计", *_points(group["sums"]), style="bold", end_section=True)
    table.add_row("合计", "", *_points(card["sums"]), style="bold")
    out.print(table)
    for one in card["owed"]:
        out.print(f"待办 {one['department_label']}：{one['indicator_label']} {ACTS[one['act']]}")
    if frozen := card["frozen"]:
        out.print(f"第 {frozen['number']} 次冻结：评定 {frozen['decided']:g} 分，{frozen['sha256']}")
    return DONE


def _points(sums: dict[str, Any]) -> list[str]:
    names = ("points", "implied", "self_assessed", "decided", "open")
    return ["—" if sums[name] is None else f"{sums[name]:g}" for name in names]
