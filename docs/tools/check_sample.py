"""Draw a random sample again from its published record 复核期末随机抽查, with nothing of the service at hand.

Needs Python 3.11 and nothing else, and one file:

    python check_sample.py record.json [--committed record-before-the-draw.json]

record.json   the answer of GET /v1/inspection-samples/{id} after the draw
--committed   the answer of the same before the draw: population, design and seed digest must be those

Prints whom the record draws and exits 0, or says what does not hold and exits 1.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

FIXED = ("term", "number", "percent", "by_central_school", "by_stage", "population_sha256", "seed_sha256")


def sha256(text: str) -> str:
    """The digest of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def population_hash(record: dict[str, Any]) -> str:
    """A line "id<tab>central<tab>stage" for each school, sorted by id."""
    schools = sorted(record["population"], key=lambda one: one["id"])
    return sha256("\n".join(f"{one['id']}\t{one['central_school_id'] or ''}\t{one['stage']}" for one in schools))


def draw(record: dict[str, Any]) -> set[str]:
    """Of each stratum the smallest tickets win: the share of its size, rounded up."""
    head, public = population_hash(record), record["public_value"] or ""
    strata: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for one in record["population"]:
        central = (one["central_school_id"] or "") if record["by_central_school"] else "*"
        stage = one["stage"] if record["by_stage"] else "*"
        ticket = sha256(f"{head}\n{record['seed']}\n{public}\n{one['id']}")
        strata.setdefault((central, stage), []).append((ticket, one["id"]))
    shares = {name: -(-len(tickets) * record["percent"] // 100) for name, tickets in strata.items()}
    return {school for name, tickets in strata.items() for _, school in sorted(tickets)[: shares[name]]}


def faults(record: dict[str, Any], committed: dict[str, Any] | None) -> list[str]:
    """What does not hold."""
    found = []
    if record["seed"] is None:
        return ["the sample is not drawn yet"]
    if population_hash(record) != record["population_sha256"]:
        found.append("the schools are not those that were frozen")
    if sha256(record["seed"]) != record["seed_sha256"]:
        found.append("the seed is not the one that was committed")
    if committed:
        found += [f"{name} was another before the draw" for name in FIXED if committed[name] != record[name]]
    if draw(record) != {one["id"] for one in record["population"] if one["is_drawn"]}:
        found.append("the record draws other schools than those marked")
    return found


def main() -> int:
    """Check the files named on the command line."""
    parser = argparse.ArgumentParser(description="Draw a random sample again from its published record.")
    parser.add_argument("record", type=Path)
    parser.add_argument("--committed", type=Path)
    given = parser.parse_args()
    record = json.loads(given.record.read_text("utf-8"))
    committed = json.loads(given.committed.read_text("utf-8")) if given.committed else None
    wrong = faults(record, committed)
    for one in wrong:
        print(f"does not hold: {one}", file=sys.stderr)
    if not wrong:
        names = sorted(one["name"] for one in record["population"] if one["is_drawn"])
        print(f"holds: {len(names)} of {len(record['population'])} schools: {'、'.join(names)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
