"""The rounds: every engine measures a short stretch in turn, again and again.

Whatever else the machine does falls on all of them; a ratio is taken within a round.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from bench.agreement import Logits, check, logits_of
from bench.bandwidth import Reader
from bench.drawing import measure_drawing
from bench.errors import PeerFailed
from bench.hand import Hand, at_hand
from bench.kinds import KINDS, OURS, REFERENCE, SHIPPED
from bench.plan import CELLS, HOPELESS, Cell, Entry, order_of
from bench.results import Bandwidth, Stretch
from bench.run_parts import Run
from bench.shapes import Shape
from bench.starts import measure_handler_import
from bench.turns import measure_turns


def measure_rounds(run: Run, shape: Shape, entries: list[Entry]) -> None:
    """Start all engines, compare them with the reference, measure the rounds."""
    reader = Reader(run.results.threads)
    with ExitStack() as stack:
        race = _Race(run, shape)
        for entry in entries:
            race.admit(entry, stack)
        for number in range(run.results.rounds if race.hands else 0):
            _measure_besides(run, shape, number, reader)
            for cell in CELLS:
                race.measure(cell, number)
            race.measure_our_turns()
            if number == 0:
                race.leave_out_the_slow()


def _measure_besides(run: Run, shape: Shape, number: int, reader: Reader) -> None:
    """Measure what is not an engine's in each round too: a single moment may be a bad one."""
    speed = reader.bytes_per_second()
    run.results.bandwidths.append(Bandwidth(shape.name, number, speed))
    measure_handler_import(run)
    if run.bundle:
        run.results.drawings = measure_drawing(run.bundle.sampling, run.results.drawings)


def hopeless(stretches: Sequence[Stretch]) -> set[tuple[str, int]]:
    """Return the engines, with their threads, that are far behind the fastest in every cell.

    In every one: what a neighbour robs of the processors in a moment falls on a few.
    """
    fastest: dict[tuple[int, int], float] = {}
    for one in stretches:
        cell = one.batch, one.position
        fastest[cell] = max(fastest.get(cell, 0.0), one.tokens_per_second)
    hopeful = {
        (one.engine, one.threads)
        for one in stretches
        if one.tokens_per_second * HOPELESS >= fastest[one.batch, one.position]
    }
    return {(one.engine, one.threads) for one in stretches} - hopeful


@dataclass(slots=True)
class _Race:
    """The engines that run on one shape."""

    run: Run
    shape: Shape
    hands: dict[Entry, Hand] = field(default_factory=dict)
    left_out: set[Entry] = field(default_factory=set)
    right: Logits | None = None

    def admit(self, entry: Entry, stack: ExitStack) -> None:
        """Start an engine and compare it with the reference; note it where that fails."""
        if self.run.has_failed(self.shape, entry.kind):
            return
        job = self.run.job(entry, self.shape, max(entry.batches))
        log = self.run.place.log(entry.kind, self.shape)
        try:
            hand = stack.enter_context(at_hand(job, log))
            if entry.kind != SHIPPED:  # it was compared when it was exported
                self._compare(entry, hand)
        except PeerFailed as error:
            self.run.fail(self.shape, entry.kind, str(error))
            return
        self.hands[entry] = hand

    def measure(self, cell: Cell, number: int) -> None:
        """Let every engine measure a stretch, and say what came out."""
        found = []
        taking_part = [entry for entry in self.hands if entry not in self.left_out]
        for entry in order_of(taking_part, cell, number):
            try:
                found.append(self._stretch(entry, cell, number))
            except PeerFailed as error:
                self._leave(entry, error)
        self.run.results.stretches += found
        speeds = ", ".join(
            f"{one.engine}/{one.threads} {one.tokens_per_second:.0f}"
            for one in sorted(found, key=lambda one: -one.tokens_per_second)
        )
        self.run.say(
            f"{self.shape.name} round {number + 1} of {self.run.results.rounds}, batch "
            f"{cell.batch} at {cell.position}, engine/threads tokens a second: {speeds}"
        )

    def measure_our_turns(self) -> None:
        """Let our engine with all threads measure its cells beside each other."""
        ours = Entry(KINDS[OURS], self.run.results.threads)
        hand = self.hands.get(ours)
        if hand is None or self.run.bundle is None:
            return
        try:
            found = measure_turns(hand, self.shape.name, self.run.bundle.sampling)
        except PeerFailed as error:
            self._leave(ours, error)
            return
        self.run.results.turns += found
        ratios = ", ".join(f"{turn.four / turn.one:.2f}" for turn in found)
        self.run.say(f"{self.shape.name} a second apart, batch 4 ÷ batch 1: {ratios}")

    def leave_out_the_slow(self) -> None:
        """Let those sit out the other rounds that nobody would choose for their speed."""
        mine = [one for one in self.run.results.stretches if one.shape == self.shape.name]
        slow = hopeless(mine)
        self.left_out = {entry for entry in self.hands if (entry.kind.name, entry.threads) in slow}

    def _leave(self, entry: Entry, error: PeerFailed) -> None:
        self.run.fail(self.shape, entry.kind, str(error))
        del self.hands[entry]

    def _stretch(self, entry: Entry, cell: Cell, number: int) -> Stretch:
        answer = self.hands[entry].measure(cell.batch, cell.position)
        return Stretch(
            shape=self.shape.name,
            engine=entry.kind.name,
            threads=entry.threads,
            batch=cell.batch,
            position=cell.position,
            round=number,
            **answer,
        )

    def _compare(self, entry: Entry, hand: Hand) -> None:
        """Compare an engine with the reference, which comes first. Raises PeerFailed."""
        found = logits_of(hand, entry.kind.name, self.shape, self.run.place, entry.positions)
        if self.right is None:
            if entry.kind.name != REFERENCE:
                raise PeerFailed(f"{REFERENCE}, with which it is compared, did not run")
            self.right = found
        likeness = check(hand, entry.kind, found, self.right)
        correlations = self.run.results.correlations.setdefault(self.shape.name, {})
        correlations[entry.kind.name] = likeness
        self.run.say(
            f"{self.shape.name} {entry.name}: agrees with {REFERENCE} (correlation {likeness:.5f})"
        )
