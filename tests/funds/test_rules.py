"""Arithmetic of funds, and what may pay what; no database."""

from uuid import uuid4

import pytest

from app.funds.rules import Claim, mismatch, yuan

ONE, OTHER = uuid4(), uuid4()


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "0.00"),
        (1, "0.01"),
        (99, "0.99"),
        (100, "1.00"),
        (123_456, "1234.56"),
        (-5, "-0.05"),
        (10**13, "1" + "0" * 11 + ".00"),
    ],
)
def test_fen_as_yuan(fen: int, text: str) -> None:
    assert yuan(fen) == text


@pytest.mark.clause("M6.1.2", "M6.3.2")
@pytest.mark.parametrize(
    ("claim", "purpose", "project", "is_fit"),
    [
        (Claim("expert_fees", ONE), "expert_fees", ONE, True),
        (Claim("expert_fees", ONE), "expert_fees", None, True),
        (Claim("expert_fees", None), "expert_fees", None, True),
        (Claim("expert_fees", None), "expert_fees", ONE, False),
        (Claim("expert_fees", ONE), "expert_fees", OTHER, False),
        (Claim("expert_fees", ONE), "trainee_costs", ONE, False),
    ],
)
def test_which_line_pays_which_claim(claim: Claim, purpose: str, project: object, is_fit: bool) -> None:  # noqa: FBT001
    assert (mismatch(claim, purpose, project) is None) is is_fit  # type: ignore[arg-type]  # ids of the table above
