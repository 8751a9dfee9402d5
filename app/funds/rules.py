"""Arithmetic of funds, and what a payment, a fee or a reimbursement must agree with; pure functions. [M6.2.2]"""

from dataclasses import dataclass
from uuid import UUID

FEN = 100


@dataclass(frozen=True, slots=True)
class Claim:
    """What a fee or a reimbursement is paid for: its purpose, and the project it belongs to, where there is one."""

    purpose: str
    project_id: UUID | None


def yuan(fen: int) -> str:
    """Fen as a text in yuan with two decimals; exact, however large."""
    sign, whole = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{whole // FEN}.{whole % FEN:02d}"


def mismatch(claim: Claim, purpose: str, project_id: UUID | None) -> str | None:
    """Why a line may not pay a claim: it is for another purpose, or of another project; None where it may.

    A line of the county as a whole pays for every project. [M6.1.2] [M6.3.2]
    """
    if purpose != claim.purpose:
        return "预算的用途不符"
    if project_id is not None and claim.project_id != project_id:
        return "预算属于另一个培训项目"
    return None
