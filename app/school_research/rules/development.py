"""Rules of development plans and of the training budget, as the rubric asks for them. [A5.R]"""

from decimal import Decimal

from app.policy.finding import Finding, Severity


def last_year_of(first_year: int, *, years: int) -> int:
    """The last school year of a development plan. [A5.R] 三年教师发展规划"""
    return first_year + years - 1


def check_budget(
    public_funds: int, training: int, used: int, *, share_min: Decimal, used_min: Decimal
) -> list[Finding]:
    """Training gets its share of the public funds, and its share of that is used; nothing is refused. [A5.R]

    public_funds, training, used: fen. share_min, used_min: shares of 1.
    """
    found = []
    if training < public_funds * share_min:
        share = Decimal(training) / public_funds
        message = f"培训经费占公用经费的 {share:.2%}，应不低于 {share_min:.0%}。"
        found.append(Finding("training_budget.share", Severity.ADVISE, "A5.R", message, round(share, 4), share_min))
    if used < training * used_min:
        share = Decimal(used) / training
        message = f"培训经费已使用 {share:.2%}，应不低于 {used_min:.0%}。"
        found.append(Finding("training_budget.used", Severity.ADVISE, "A5.R", message, round(share, 4), used_min))
    return found
