"""A deployment's order: what is remembered and told, and when."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from ship import first_review, keys, preflight
from ship.asking import Asker
from ship.deploy import Wishes, deploy
from ship.first_review import Outcome
from ship.parameters import Values
from ship.refusals import Refused, StackFailed
from ship.shipment import Shipment
from ship.stack import Change, Standing
from ship.supply import Supply
from tests.ship.clients import Answers, account_with

OUTPUTS = {"SiteAddress": "https://site.example", "ApiId": "api"}
STANDING = Standing("UPDATE_COMPLETE", "", {"DailyCeiling": "400"}, OUTPUTS)
GIVEN = {"DailyCeiling": "0", "SigningKeyParameter": "/site/signing-keys"}
A_QUEUE = Change("Modify", "Queue", "AWS::SQS::Queue", "False")


@dataclass
class ProposedStack:
    """A stack that stands, and to which one change is proposed, or none."""

    happened: list[str]
    changes: list[Change] | None
    name: str = "site"

    def settled(self, _say: Any) -> Standing:
        """Tell that it stands."""
        return STANDING

    def proposed(self, _wanted: Any, _kind: str) -> list[Change] | None:
        """Propose the change."""
        return self.changes

    def resources(self) -> dict[str, str]:
        """Return none that matter."""
        return {}

    def withdraw(self) -> None:
        """Take the proposal back."""
        self.happened.append("withdrawn")

    def carry_out(self, _say: Any) -> Standing:
        """Carry it out."""
        self.happened.append("carried out")
        return STANDING


@dataclass
class Deployment:
    """A deployment, and what happens in it, in order."""

    monkeypatch: pytest.MonkeyPatch
    answer: str = "yes"
    changes: list[Change] | None = field(default_factory=lambda: [A_QUEUE])
    happened: list[str] = field(default_factory=list)

    def run(self, *, trial: bool = False, new_tables: bool = False) -> None:
        """Deploy, without an account."""
        self._replace(preflight, "values", lambda *_: Values(GIVEN))
        self._replace(preflight, "checked", self._checked)
        self._replace(preflight, "after", lambda *_: ["Write the record"])
        self._replace(keys, "make_sure", lambda *_: False)
        self.monkeypatch.setattr("ship.bucket.Bucket.keep_template", lambda *_: "https://t")
        stack: Any = ProposedStack(self.happened, self.changes)
        shipment = Shipment(
            account=account_with(Answers()),
            stack=stack,
            source={"Parameters": {name: {} for name in GIVEN}, "Resources": {}},
            supply=Supply(
                lambda *_: {"Resources": {}},
                lambda *_: None,
                lambda _: None,
                running=self._running,
                prune=lambda _bucket, kept, _say: self.happened.append(f"kept {sorted(kept)}"),
            ),
            asker=Asker(self._asked),
            say=self.happened.append,
        )
        deploy(shipment, Wishes(new_tables, trial=trial), lambda: 0.0, self._remember)

    checks: Callable[[], list[str]] = list

    def _checked(self, *_: Any) -> list[str]:
        return self.checks()

    def _running(self, *_: Any) -> frozenset[str]:
        return frozenset({"new" if "carried out" in self.happened else "old"})

    def _asked(self, question: str) -> str:
        self.happened.append(question)
        return self.answer

    def _remember(self, values: Any) -> None:
        assert values == GIVEN
        self.happened.append("remembered")

    def _replace(self, module: Any, name: str, replacement: Any) -> None:
        self.monkeypatch.setattr(module, name, replacement)


def test_what_is_agreed_to_is_remembered_before_it_is_carried_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The parameters were shown; the deployment that is interrupted goes on with them."""
    deployment = Deployment(monkeypatch)
    deployment.run()
    happened = deployment.happened
    shown = happened.index("  DailyCeiling: 400 -> 0")
    asked = happened.index("Go on? [y/N]: ")
    assert shown < asked < happened.index("remembered") < happened.index("carried out")


@pytest.mark.parametrize("is_wished", [False, True])
def test_a_wish_for_other_tables_is_not_passed_over_in_silence(
    monkeypatch: pytest.MonkeyPatch, *, is_wished: bool
) -> None:
    """A site that stands keeps its own, and says so."""
    deployment = Deployment(monkeypatch)
    deployment.run(new_tables=is_wished)
    said = [words for words in deployment.happened if "keeps its tables" in words]
    assert len(said) == is_wished


def test_what_is_not_agreed_to_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next plain deployment does not apply it."""
    deployment = Deployment(monkeypatch, answer="no")
    with pytest.raises(Refused, match="Nothing was deployed"):
        deployment.run()
    assert "withdrawn" in deployment.happened
    assert "remembered" not in deployment.happened


def test_what_the_checks_refuse_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither is what could not work."""

    def refuse() -> list[str]:
        raise Refused("SES does not send")

    deployment = Deployment(monkeypatch, checks=refuse)
    with pytest.raises(Refused):
        deployment.run()
    assert "remembered" not in deployment.happened


def test_what_stands_already_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer that has no file yet gets one."""
    deployment = Deployment(monkeypatch, changes=None)
    deployment.run()
    assert "remembered" in deployment.happened


def test_a_trial_that_fails_takes_nothing_from_what_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The site stands: its address and what is to be done by hand are told all the same."""

    def failing(*_: Any) -> Outcome:
        raise StackFailed("its form answers 502")

    monkeypatch.setattr(first_review, "written", failing)
    deployment = Deployment(monkeypatch, checks=lambda: ["Leave the sandbox"])
    with pytest.raises(StackFailed, match="its form answers 502"):
        deployment.run(trial=True)
    said = "\n".join(deployment.happened)
    assert "The site is at https://site.example" in said
    assert "1. Leave the sandbox" in said
    assert "2. Write the record" in said


def test_the_image_that_runs_and_the_one_before_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others go, once all is well."""
    deployment = Deployment(monkeypatch)
    deployment.run()
    assert deployment.happened[-1] == "kept ['new', 'old']"


@pytest.mark.parametrize(("answer", "changes"), [("no", [A_QUEUE]), ("yes", None)])
def test_no_image_goes_where_nothing_was_deployed(
    monkeypatch: pytest.MonkeyPatch, answer: str, changes: list[Change] | None
) -> None:
    """What was pushed and not agreed to never counts against the one that runs."""
    deployment = Deployment(monkeypatch, answer=answer, changes=changes)
    with contextlib.suppress(Refused):
        deployment.run()
    assert not any(words.startswith("kept") for words in deployment.happened)
