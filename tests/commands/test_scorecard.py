"""`shixun scorecard YEAR`."""

import pytest

from tests.commands.conftest import call
from tests.factories.world import PASSWORD


@pytest.mark.clause("A4.1")
async def test_the_card_is_printed_with_its_totals(address: str) -> None:
    as_bureau = ("--server", address, "--username", "bureau", "--password", PASSWORD)
    told = await call("scorecard", "2026", *as_bureau)
    assert told.exit_code == 0, told.output
    assert all(word in told.stdout for word in ("组织领导", "小计", "合计", "待办"))
    refused = await call("scorecard", "2026", "--server", address, "--username", "school", "--password", PASSWORD)
    assert refused.exit_code == 1
    assert "PERMISSION_DENIED" in refused.stderr
