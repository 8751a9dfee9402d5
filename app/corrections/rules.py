"""Rules of corrections; pure functions. The regulation is silent on them: no clause is cited."""

from collections.abc import Mapping, Sequence


def moved_on(asked: Sequence[Mapping[str, object]], present: Mapping[str, object]) -> list[str]:
    """The fields whose content on record is no longer the one the correction was asked against, in its order.

    asked: field and before of every fact; present: the record's content now, in the same form.
    """
    return [str(fact["field"]) for fact in asked if present[str(fact["field"])] != fact["before"]]
