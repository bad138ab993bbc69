"""What there is to be seen: every page in every state, and how it came about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from artreview.gallery import gallery_place
from artreview.links import confirm_path, delete_path, judge_path, leave_path
from artreview.permalink import permalink_id
from artreview.review import Kinship, Mail, State
from artreview.site import Pace
from artreview.subscribers import ID_BYTES
from tests.aws import KEYS
from tests.browser.words import EXAMPLES, LONGEST, ODD_PROMPTS
from tests.render.visit import LINES, Visit
from tests.samples import MODEL, NOW

_MINUTE = 60.0
_PAGE_AND_A_BIT = 14
"""Reviews in the gallery besides the odd ones: more than one page."""
_WORST = ("one-word", "marks")
"""Of the odd prompts: those that are looked at in every state."""
_READER = bytes(ID_BYTES)
_SOBER = {"eccentricity": "7", "prompt": "A blue horse in the rain"}


@dataclass(frozen=True)
class Scene:
    """One page in one state."""

    name: str
    path: str
    status: int = 200
    is_new: bool = False
    """On the site before anybody has written anything, which takes no reviews yet."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """What a form is sent with to get there; empty where a link leads there."""

    @property
    def has_preview(self) -> bool:
        """Tell whether a network that follows a link to it finds something to show."""
        is_review = self.path.startswith("/r/") and not {"delete", "judge", "reported"} & {
            *self.path.partition("?")[0].split("/")
        }
        return is_review and self.status == 200 and not self.name.startswith("failed")


def id_of(name: str) -> str:
    """Return the id of the review of this name."""
    return permalink_id(name.encode().ljust(16), KEYS[0])


def page_of(name: str) -> str:
    """Return the path of the review of this name."""
    return f"/r/{id_of(name)}"


def scenes() -> Iterator[Scene]:
    """Yield every scene."""
    yield from _at_the_beginning()
    yield from _open_to_all()
    yield from _of_the_form()
    yield from _of_a_review()
    yield from _of_a_mail()
    yield from _with_odd_words()


def _at_the_beginning() -> Iterator[Scene]:
    for name in ("", "gallery", "about"):
        yield Scene(f"new-{name or 'home'}", f"/{name}", is_new=True)
    yield Scene("new-closed", "/submission", 503, is_new=True, fields=_SOBER)


def _open_to_all() -> Iterator[Scene]:
    yield Scene("home", "/")
    for name in ("generate", "gallery", "examples", "about", "privacy"):
        yield Scene(name, f"/{name}")
    second = gallery_place(id_of("listed-3"), _moment_listed(3))
    yield Scene("gallery-further-back", f"/gallery?before={second}")
    yield Scene("gallery-behind-the-last", f"/gallery?before={'0' * 26}")
    yield Scene("gallery-from-nowhere", "/gallery?before=7", 404)
    yield Scene("no-such-page", "/nowhere", 404)


def _of_the_form() -> Iterator[Scene]:
    yield Scene("form-begun", "/generate?prompt=It+is+a+portrait&eccentricity=10&decade=1890s")
    wrong = {"prompt": " ", "eccentricity": "11", "decade": "1700s", "submission_email": "me@"}
    ticked = {"update_check": "on", "gallery_check": "on"}
    yield Scene("form-all-wrong", "/submission", 422, fields=wrong | ticked)
    yield Scene("form-too-long", "/submission", 422, fields=_SOBER | {"prompt": "long " * LONGEST})
    yield Scene("form-stale", "/submission", 422, fields=_SOBER | {"form_token": "stale"})
    often = {"submission_email": OFTEN}
    yield Scene("form-too-often", "/submission", 429, fields=_SOBER | often)


def _of_a_review() -> Iterator[Scene]:
    for name in ("next-in-line", "queued", "begun", "writing", "writing-with-mail"):
        yield Scene(name, page_of(name))
    for name in (
        "ready",
        "ready-listed",
        "ready-answer",
        "ready-plain",
        "ready-brief",
        "ready-empty",
        "failed",
    ):
        yield Scene(name, page_of(name))
    yield Scene("restored", page_of("restored"))
    yield Scene("blocked", page_of("blocked"), 410)
    yield Scene("deleted", page_of("deleted"), 410)
    yield Scene("broken", page_of("broken"), 500)
    yield Scene("unknown", page_of("unknown"), 404)
    yield Scene("id-with-spaces", "/r/a%20blue%20horse", 404)
    yield Scene("id-in-capitals", f"/r/{id_of('ready').upper()}")


def _of_a_mail() -> Iterator[Scene]:
    yield Scene("delete", delete_path(id_of("ready"), KEYS))
    yield Scene("delete-blocked", delete_path(id_of("blocked"), KEYS))
    yield Scene("link-not-whole", f"{page_of('ready')}/delete?token=x", 403)
    for name in ("judge", "judge-unwritten", "judge-kept", "judge-shown"):
        yield Scene(name, judge_path(id_of(name), NOW, KEYS))
    yield Scene("judge-anew", judge_path(id_of("judge"), NOW - 60, KEYS))
    yield Scene("judge-not-whole", f"{page_of('judge')}/judge?token=x", 403)
    yield Scene("confirm", confirm_path(_READER, NOW, KEYS))
    yield Scene("leave", leave_path(_READER, KEYS))
    yield Scene("confirmed", "/subscription/confirmed")
    yield Scene("left", "/subscription/left")
    yield Scene("reported", f"{page_of('restored')}/reported")


def _with_odd_words() -> Iterator[Scene]:
    for name in ODD_PROMPTS:
        states = ("queued", "ready", "failed") if name in _WORST else ("ready",)
        for state in states:
            yield Scene(f"{state}-{name}", page_of(f"{state}-{name}"))
    odd = _SOBER | {"prompt": ODD_PROMPTS["one-word"] * 2}
    yield Scene("form-too-long-one-word", "/submission", 422, fields=odd)
    yield Scene("delete-one-word", delete_path(id_of("ready-one-word"), KEYS))
    for name in _WORST:
        yield Scene(f"judge-{name}", judge_path(id_of(f"judge-{name}"), NOW, KEYS))


OFTEN = "often@example.org"
"""An address that has had its mails of the day."""


def plant(visit: Visit) -> None:
    """Fill the site with all that the scenes need."""
    visit.account.site.publish_model(MODEL)
    visit.account.site.record_pace(Pace(tokens_per_second=18, seconds_per_review=38))
    _plant_listed(visit)
    _plant_waiting(visit)
    _plant_settled(visit)
    for name, prompt in ODD_PROMPTS.items():
        _plant(visit, f"queued-{name}", State.QUEUED, prompt=prompt, created_at=NOW + 900)
        moment = NOW - _MINUTE
        listed = {"in_gallery": True, "settled_at": moment, "text": prompt + LINES}
        _plant(visit, f"ready-{name}", State.READY, prompt=prompt, **listed)
        _plant(visit, f"failed-{name}", State.FAILED, prompt=prompt)
    for name in _WORST:
        prompt = ODD_PROMPTS[name]
        _plant(visit, f"judge-{name}", State.READY, prompt=prompt, text=prompt + LINES)
        visit.account.store.block(id_of(f"judge-{name}"), NOW)


def _plant_listed(visit: Visit) -> None:
    for number in range(_PAGE_AND_A_BIT):
        example = EXAMPLES[number % len(EXAMPLES)]
        _plant(
            visit,
            f"listed-{number}",
            State.READY,
            prompt=example.prompt,
            text=example.text,
            decade=example.decade,
            eccentricity=example.eccentricity,
            in_gallery=True,
            settled_at=_moment_listed(number),
        )


def _moment_listed(number: int) -> float:
    return NOW - (number + 2) * 60 * _MINUTE


def _plant_waiting(visit: Visit) -> None:
    example = EXAMPLES[3]
    half = example.text[: len(example.text) // 2]
    no_mail = {"mail": Mail.NONE, "address": "", "prompt": example.prompt}
    _plant(visit, "next-in-line", State.QUEUED, created_at=NOW - 900, **no_mail)
    _plant(visit, "begun", State.WRITING, created_at=NOW - 800, text="", **no_mail)
    progress = {"created_at": NOW - 700, "text": half, "tokens": 250, "target_tokens": 600}
    _plant(visit, "writing", State.WRITING, **progress, **no_mail)
    _plant(visit, "writing-with-mail", State.WRITING, **progress, prompt=example.prompt)
    _plant(visit, "queued", State.QUEUED, created_at=NOW + 60)


def _plant_settled(visit: Visit) -> None:
    sober, listed = EXAMPLES[0], EXAMPLES[4]
    plain = {"prompt": sober.prompt, "eccentricity": sober.eccentricity}
    _plant(visit, "ready", State.READY, text=sober.text, **plain)
    _plant(visit, "restored", State.READY, text=sober.text, **plain)
    visit.change(id_of("restored"), restored_at=int(NOW))
    _plant(
        visit,
        "ready-listed",
        State.READY,
        prompt=listed.prompt,
        text=listed.text,
        decade=listed.decade,
        in_gallery=True,
        settled_at=NOW - 2 * _MINUTE,
    )
    kin = {"parent": id_of("ready-listed"), "kinship": Kinship.ANSWER, "in_gallery": True}
    _plant(visit, "ready-answer", State.READY, settled_at=NOW - 90, text=sober.text, **plain, **kin)
    _plant(visit, "ready-plain", State.READY, text=sober.text, **plain)
    visit.change(id_of("ready-plain"), provenance={"model": "m", "model_hash": "0", "seconds": 1})
    _plant(visit, "ready-brief", State.READY, prompt="Rust", text="Rust remains.")
    _plant(visit, "ready-empty", State.READY, prompt="Rust", text="Rust")
    _plant(visit, "failed", State.FAILED)
    for name in ("judge", "judge-kept", "judge-shown"):
        _plant(visit, name, State.READY, text=sober.text, **plain)
    _plant(visit, "judge-unwritten", State.QUEUED)
    for name in ("judge", "judge-unwritten", "judge-kept"):
        visit.account.store.block(id_of(name), NOW)
    visit.change(id_of("judge-kept"), judged_at=int(NOW))
    for name in ("blocked", "deleted", "broken"):
        _plant(visit, name, State.READY)
    visit.account.store.block(id_of("blocked"), NOW)
    visit.account.store.delete(id_of("deleted"))
    visit.change(id_of("broken"), state="unheard of")


def _plant(visit: Visit, name: str, state: State, **facts: object) -> None:
    visit.plant(state, id=id_of(name), **facts)


SCENES = tuple(scenes())
