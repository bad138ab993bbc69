"""The cases: each fault at each step that it can strike, run on the whole site."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache

import pytest

from artreview.review import Mail, State
from tests.aws import Account
from tests.chaos import faults
from tests.chaos.faults import FAULTS, Fault
from tests.chaos.site import ADDRESS, PROMPT, SOURCE, Site, id_of
from tests.chaos.texts import Studio
from tests.chaos.wire import Blow, Call, Step
from tests.training.full_disk import full_disk

ENGINE_READS = 3
"""How many of the network's readings are struck: the first, the last, and some between them."""

_LAST_STEPS = 16
"""Of the stories but the plain one: what is before was struck there."""

Play = Callable[[Site], list[str]]
"""What happens in a run, until there is nothing left to do; returns the reviews."""


@dataclass(frozen=True, slots=True)
class Story:
    """What happens where nothing is struck."""

    name: str
    play: Play
    roles: frozenset[str]
    """Whose steps are struck in it."""
    endings: frozenset[str] = frozenset({faults.READY})
    most: int = 0
    """At how many steps of its last ones each fault strikes; 0 for all that the fault can."""


@dataclass(frozen=True, slots=True)
class Case:
    """A story, and the faults that strike in it."""

    story: Story
    strikes: tuple[tuple[Fault, Step], ...]
    is_disk_full: bool = False

    def __str__(self) -> str:
        struck = ", ".join(f"{fault.name} at {step}" for fault, step in self.strikes)
        return f"{self.story.name}: {struck or 'nothing'}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a case ended."""

    ending: str
    seconds: float
    """How long the slowest review took from its first write to its last."""
    violations: tuple[str, ...]
    steps: tuple[Step, ...]


def _plain(site: Site) -> list[str]:
    review = site.submit()
    site.settle()
    return [review]


def _lost_message(site: Site) -> list[str]:
    review = site.submit()
    site.lose_messages()
    site.settle()
    return [review]


def _dead_letter(site: Site) -> list[str]:
    """Break the model for hours; when it is mended, let the operator bring the review back."""
    site.is_bundle_broken = True
    review = site.submit()
    site.settle()
    if site.state_of(review) not in {State.FAILED, State.BLOCKED, State.DELETED}:
        site.evidence.find(review, f"a dead letter is {site.state_of(review)}")
    site.is_bundle_broken = False
    site.retry(review)
    site.settle()
    return [review]


def _silent_visitor(site: Site) -> list[str]:
    """Let the visitor send the form once, and go whatever the answer is."""
    review = site.submit(tries=1)
    site.settle()
    return [review]


def _two(site: Site) -> list[str]:
    """Let two reviews be written together."""
    reviews = [site.submit(number) for number in range(2)]
    site.settle()
    return reviews


def _crowd(site: Site) -> list[str]:
    """Three reviews in one queue, their messages handed over in reverse, and all of them again."""
    reviews = [site.submit(number) for number in range(3)]
    copies = [site.copy_of_message(review) for review in reversed(reviews)]
    for batch in copies:
        site.hand_over(batch)
    site.settle()
    for batch in copies:
        site.hand_over(batch)
    site.settle()
    return reviews


PLAIN = Story("a form, a review, a mail", _plain, frozenset({"submit", "generate"}))
LOST = Story("the queue loses the message", _lost_message, frozenset({"sweep"}), most=2)
DEAD = Story(
    "ten deliveries in vain, then brought back",
    _dead_letter,
    frozenset({"sweep", "retry"}),
    frozenset({"ready, address erased before"}),
    most=2,
)
GONE = Story(
    "a visitor who sends the form once",
    _silent_visitor,
    frozenset({"submit"}),
    frozenset({faults.READY, faults.NOT_TAKEN}),
    most=2,
)
TWO = Story("two reviews in one batch", _two, frozenset({"generate"}), most=3)
CROWD = Story("out of order, and again at the end", _crowd, frozenset())
STORIES = (PLAIN, LOST, DEAD, GONE, TWO, CROWD)


class Stage:
    """Where cases are run, one after the other, on one account."""

    def __init__(self, account: Account, studio: Studio) -> None:
        self.account = account
        self.studio = studio
        self.clean = cache(self._clean)
        """Tells a story without a fault, once."""

    def _clean(self, story: Story) -> Outcome:
        return self.run(Case(story, ()))

    def run(self, case: Case) -> Outcome:
        """Run a case to its end, and judge it."""
        window = _mail_window(self.clean(case.story).steps) if case.strikes else frozenset()
        with pytest.MonkeyPatch.context() as patch:
            site = Site(self.account, self.studio, patch)
            site.wire.blow = _blow(site, case)
            with full_disk(0) if case.is_disk_full else nullcontext():
                reviews = case.story.play(site)
            ending = self._judged(site, case, reviews, _allowed(case, window))
            site.close()
            seconds = max(site.evidence.seconds_of(review) for review in reviews)
            found = tuple(site.evidence.violations)
            return Outcome(ending, seconds, found, tuple(site.wire.steps))

    def _judged(self, site: Site, case: Case, reviews: Sequence[str], allowed: set[str]) -> str:
        endings = {_ending(site, review) for review in reviews}
        for ending in sorted(endings - allowed):
            site.evidence.violations.append(f"it ended {ending!r}; allowed: {sorted(allowed)}")
        for review in reviews:
            self._check_text(site, case, review)
        nothing_personal_is_left(site)
        lost = [review for review in site.accepted if site.state_of(review) is None]
        site.evidence.violations += [f"{review}: accepted and lost" for review in lost]
        return " / ".join(sorted(endings))

    def _check_text(self, site: Site, case: Case, review: str) -> None:
        if site.state_of(review) is not State.READY:
            return
        item = site.evidence.histories[review][-1]
        seed, eccentricity = int(item["seed"]), int(item["eccentricity"])
        whole, uncut = self.studio.expected(item["prompt"], eccentricity, seed)
        text = item["text"]
        is_shorter = any(fault.turns_clock for fault, _ in case.strikes)
        if text != whole and not (is_shorter and uncut.startswith(text.removesuffix("…"))):
            site.evidence.find(review, f"its text is {text!r}, not {whole!r}")


def _allowed(case: Case, window: frozenset[int]) -> set[str]:
    """Return how the reviews of a case may end.

    Where two faults strike, the second may strike around the mail whatever its number is.
    """
    allowed = set(case.story.endings)
    if len(case.strikes) > 1:
        allowed |= {faults.TWICE, faults.UNMAILED}
    elif case.strikes and case.story is PLAIN:
        allowed.clear()  # the fault says it all
    for fault, step in case.strikes:
        allowed |= fault.endings
        if fault.leaves_mail_unknown and step.role == "generate" and step.number in window:
            allowed |= {faults.TWICE}
    return allowed


def _mail_window(steps: Sequence[Step]) -> frozenset[int]:
    """Return the steps of `generate` from a mail's claim to the note that it is out."""
    names = {step.number: step.name for step in steps if step.role == "generate"}
    window: set[int] = set()
    for sent in (number for number, name in names.items() if name == "sesv2.SendEmail"):
        updates = [n for n in names if n < sent and names[n] == "dynamodb.UpdateItem"]
        claimed = updates[-2]  # behind it the links are made, and the subscriber is kept
        window |= {*range(claimed, sent + 2)}
    return frozenset(window)


def _blow(site: Site, case: Case) -> Blow:
    """Let each fault strike its step, every try of it, and leave the others alone."""
    pending = [*case.strikes]
    struck: dict[Step, Blow] = {}
    away: list[tuple[str, Blow, float]] = []

    def blow(call: Call) -> object:
        for fault, step in [*pending]:
            if step.role == call.step.role and step.number <= call.step.number:
                if not fault.strikes(call.step):  # another fault has shifted the numbers
                    continue
                pending.remove((fault, step))
                struck[call.step] = act = fault.make(site, id_of(0))
                away.append((call.step.service, act, site.world.moment + fault.lasts))
        if call.step in struck:
            return struck[call.step](call)
        for service, act, until in away:
            if service == call.step.service and site.world.moment < until:
                return act(call)
        return call.take_effect()

    return blow


def _ending(site: Site, review: str) -> str:
    state = site.state_of(review)
    if state is None:
        return faults.NOT_TAKEN
    item = site.evidence.histories[review][-1]
    if state is State.READY:
        mails = len(site.evidence.mails_about(review))
        if mails == 0:
            is_erased = item["mail"] == Mail.NONE
            return "ready, address erased before" if is_erased else faults.UNMAILED
        return {1: faults.READY, 2: faults.TWICE}.get(mails, f"ready, {mails} mails")
    known = {
        State.FAILED: faults.FAILED,
        State.BLOCKED: faults.HIDDEN,
        State.DELETED: faults.DELETED,
    }
    return known.get(state, f"still {state}")


def nothing_personal_is_left(site: Site) -> None:
    """Look into the tables and the log; only the subscribers' table may hold who asked for news."""
    for table in ("REVIEWS_TABLE", "LIMITS_TABLE", "SITE_TABLE"):
        words = repr(site.account.items(table))
        personal = [ADDRESS, SOURCE] + ([] if table == "REVIEWS_TABLE" else [PROMPT])
        site.evidence.violations += [f"{word} in {table}" for word in personal if word in words]
    log = site.log.getvalue()
    found = [word for word in (ADDRESS, SOURCE, PROMPT) if word in log]
    site.evidence.violations += [f"{word} in the log" for word in found]


def cases_of(fault: Fault, stage: Stage, stories: Sequence[Story] = STORIES) -> list[Case]:
    """Return the cases of a fault: at each step of the plain story that it is to strike.

    Of the other stories some of the last steps are struck, where they differ from it. What lasts
    for minutes does not strike there: it strikes everything anyway.
    """
    found: list[Case] = []
    for story in stories:
        if story is not PLAIN and (fault.lasts or not story.most):
            continue
        steps = [step for step in _struck(story, stage.clean(story).steps) if fault.strikes(step)]
        most = fault.most if story is PLAIN else story.most
        last = steps if story is PLAIN else steps[-_LAST_STEPS:]
        cases = [Case(story, ((fault, step),)) for step in last]
        found += spread(cases, most, FAULTS.index(fault)) if most else cases
    return found


def spread(cases: Sequence[Case], most: int, first: int) -> list[Case]:
    """Return a few of the cases, from all over; `first` turns the choice."""
    if len(cases) <= most:
        return [*cases]
    stride = len(cases) / most
    return [cases[int(first + stride * place) % len(cases)] for place in range(most)]


def _struck(story: Story, steps: Sequence[Step]) -> list[Step]:
    """Return the steps of a story that are struck; of the readings of the network only some."""
    reads = [step for step in steps if step.service == "engine"]
    places = {round(part * (len(reads) - 1) / (ENGINE_READS - 1)) for part in range(ENGINE_READS)}
    read = {step for place, step in enumerate(reads) if place in places}
    kept = [step for step in steps if step.service != "engine" or step in read]
    return [step for step in kept if step.role in story.roles]


def pairs_of(stage: Stage, count: int, seed: int) -> Iterator[Case]:
    """Yield cases of two faults, drawn with a seed."""
    dice = random.Random(seed)
    steps = stage.clean(PLAIN).steps
    for _ in range(count):
        strikes = []
        for _ in range(2):
            fault = dice.choice(FAULTS)
            strikes.append((fault, dice.choice([step for step in steps if fault.strikes(step)])))
        yield Case(PLAIN, tuple(strikes))
