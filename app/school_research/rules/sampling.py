"""The random sample of schools 期末随机抽查: which are drawn follows from what was published. [A5.8.2]

docs/tools/check_sample.py draws the same from the published record, with nothing of the service at hand.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from app.policy.finding import Finding, Severity


@dataclass(frozen=True, slots=True)
class Candidate:
    """A school of the population: id, the id of its 中心校 ("" for a 市直学校), stages joined by "+"."""

    id: str
    central: str
    stage: str


@dataclass(frozen=True, slots=True)
class Design:
    """How is drawn: percent of each stratum, rounded up; strata by 中心校, by stage, by both, or none."""

    percent: int
    by_central_school: bool
    by_stage: bool

    def stratum(self, one: Candidate) -> str:
        """The name of the stratum a school belongs to."""
        return "|".join([one.central if self.by_central_school else "*", one.stage if self.by_stage else "*"])


def population_hash(population: Sequence[Candidate]) -> str:
    """SHA-256 of the population: a line "id<tab>central<tab>stage" each, sorted by id, joined by line feeds."""
    lines = [f"{one.id}\t{one.central}\t{one.stage}" for one in sorted(population, key=lambda one: one.id)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def seed_hash(seed: str) -> str:
    """What is published of the seed before the draw."""
    return hashlib.sha256(seed.encode()).hexdigest()


def draw(population: Sequence[Candidate], design: Design, *, seed: str, public_value: str) -> list[tuple[str, str]]:
    """The schools drawn with their strata, in order of stratum and ticket.

    A school's ticket is the SHA-256 of population hash, seed, public value and id, joined by line feeds; of each
    stratum the smallest tickets win.
    """
    head = population_hash(population)
    strata: dict[str, list[tuple[str, str]]] = {}
    for one in population:
        ticket = hashlib.sha256(f"{head}\n{seed}\n{public_value}\n{one.id}".encode()).hexdigest()
        strata.setdefault(design.stratum(one), []).append((ticket, one.id))
    return [
        (school, stratum)
        for stratum in sorted(strata)
        for _, school in sorted(strata[stratum])[: wins(len(strata[stratum]), design.percent)]
    ]


def wins(size: int, percent: int) -> int:
    """How many of a stratum are drawn: the share, rounded up."""
    return -(-size * percent // 100)


def check_again(made: int, *, per_term: int, reason: str | None) -> list[Finding]:
    """One sample a term; another one only with a reason, and both stay to be seen. [A5.8.2]"""
    if made < per_term or reason:
        return []
    message = f"本学期已有 {made} 次抽查（每学期 {per_term} 次），再次抽查请写明原因；各次均予公布。"
    return [Finding("inspection_sample.again", Severity.MUST, "A5.8.2", message, made, per_term)]
