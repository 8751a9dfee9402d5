"""What the generated requests are about: one object of each sort at every place of the test world."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from app.access.permissions import Permission
from tests.factories.world import World, uid

PLACES = {"own": "A1", "sibling": "A2", "other": "B1", "direct": "D", "abroad": "X1"}
TEACHERS = {"own": "a1-1", "sibling": "a2-1", "other": "b1-1", "direct": "d-1", "abroad": "x1-1"}
ACCOUNTS = {
    "own": "school",
    "sibling": "school_a2",
    "other": "school_b1",
    "direct": "school_d",
    "abroad": "abroad_school",
}


@dataclass(frozen=True)
class Objects:
    """Ids of one object of each sort at a place."""

    place: str
    organisation: UUID
    neighbour: UUID
    teacher: UUID
    entry: UUID
    account: UUID
    grant: UUID
    file: UUID

    @property
    def submission(self) -> UUID:
        """A sheet that waits for approval."""
        return uuid5(NAMESPACE_OID, f"sheet {self.place}")

    @property
    def submission_line(self) -> UUID:
        """Its one line."""
        return uuid5(NAMESPACE_OID, f"line of sheet {self.place}")

    @property
    def plan(self) -> UUID:
        """The school's yearly plan, which is running."""
        return uuid5(NAMESPACE_OID, f"plan {self.place}")

    @property
    def activity(self) -> UUID:
        """An activity of the school, with one teacher."""
        return uuid5(NAMESPACE_OID, f"activity {self.place}")

    @property
    def sample(self) -> UUID:
        """A random sample that is not drawn yet."""
        return uuid5(NAMESPACE_OID, f"sample {self.place}")

    @property
    def inspection(self) -> UUID:
        """The check of the school because of that sample."""
        return uuid5(NAMESPACE_OID, f"inspection {self.place}")

    @property
    def development_plan(self) -> UUID:
        """The school's plan of three years."""
        return uuid5(NAMESPACE_OID, f"development plan {self.place}")

    @property
    def certificate(self) -> UUID:
        """The certificate of the teacher."""
        return certificate_of(self.teacher)


def certificate_of(teacher: UUID) -> UUID:
    """The id of the certificate a teacher holds in the matrix."""
    return uuid5(teacher, "certificate")


@dataclass(frozen=True)
class Example:
    """A request: path parameters, query and body by objects; `sees`: the permission that makes the object visible.

    sees None: the operation has no object of its own. placed: its body says at whose place it acts. also: a second
    permission the service asks for. file: sent as a form with the body. dry False: the operation refuses validate_only.
    """

    path: Callable[[Objects], dict[str, Any]] = lambda _: {}
    query: Callable[[Objects], dict[str, Any]] = lambda _: {}
    body: Callable[[Objects], dict[str, Any]] | None = None
    sees: Permission | None = None
    placed: bool = False
    also: Permission | None = None
    file: bytes | None = None
    dry: bool = True
    headers: dict[str, str] = field(default_factory=dict)


def file_of(place: str) -> UUID:
    """The file that hangs on the entry of a place."""
    return uid(f"file {place}")


def objects(world: World, place: str, entries: dict[str, UUID]) -> Objects:
    """What stands at a place."""
    account = world.account(ACCOUNTS[place])
    return Objects(
        place,
        world.organisation(PLACES[place]),
        world.organisation({"own": "A2", "abroad": "central X"}.get(place, "A1")),
        world.teacher(TEACHERS[place]),
        entries[place],
        account.id,
        account.grant_id,
        file_of(place),
    )
