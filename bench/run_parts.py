"""What all parts of a run share: where to, what has been found, whom to tell."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.job import Job
from bench.kinds import SHIPPED, Kind
from bench.place import SHIPPED_BUNDLE, Place
from bench.plan import Entry
from bench.results import Failure, Results
from bench.shapes import Shape
from functions.generate.bundle import Bundle


@dataclass(frozen=True, slots=True)
class Run:
    """A run under way."""

    place: Place
    results: Results
    say: Callable[[str], None]
    bundle: Bundle | None
    """The one that ships; None where it cannot be read."""

    def job(self, entry: Entry, shape: Shape, places: int) -> Job:
        """Return what a worker of this entry is started for."""
        is_shipped = entry.kind == SHIPPED
        folder = SHIPPED_BUNDLE if is_shipped else self.place.files(entry.kind, shape)
        return Job(entry.kind, shape, folder, entry.threads, places)

    def fail(self, shape: Shape, kind: Kind, reason: str) -> None:
        """Note why an engine has no numbers; once is enough."""
        if not self.has_failed(shape, kind):
            self.results.failures.append(Failure(shape.name, kind.name, reason))
            self.say(f"{shape.name} {kind.name} FAILED: {reason}")

    def has_failed(self, shape: Shape, kind: Kind) -> bool:
        """Tell whether an engine is out."""
        return any(
            failure.shape == shape.name and failure.engine == kind.name
            for failure in self.results.failures
        )
