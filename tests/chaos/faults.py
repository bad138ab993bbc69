"""The faults: what each does to one step, where it can strike, and how a review may end then."""

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass

import dns.resolver
from botocore.exceptions import (
    EndpointConnectionError,
    ReadTimeoutError,
)

from artreview.limits import LEASE_SECONDS
from tests.chaos.site import Site
from tests.chaos.wire import Blow, Call, Killed, Step, refusal

HOUR = 3600.0
_SOME = 10
"""At so many steps strikes what is much like another fault that strikes at each."""

READY = "ready, 1 mail"
TWICE = "ready, 2 mails"
UNMAILED = "ready, mail given up"
FAILED = "failed, with its reason"
HIDDEN = "hidden"
DELETED = "deleted"
NOT_TAKEN = "not taken, nothing kept"

MAKE = Callable[[Site, str], Blow]
"""Makes the blow of one run, on a site, against the review with this id."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault."""

    name: str
    make: MAKE
    strikes: Callable[[Step], bool]
    endings: frozenset[str] = frozenset({READY})
    """How the review may end, wherever the fault strikes."""
    leaves_mail_unknown: bool = False
    """Whether nobody can tell, after it struck around the mail, if the mail went out; then, and
    only then, a second mail is right."""
    turns_clock: bool = False
    """Whether the writing may run into its deadline, and the text be shorter."""
    most: int = 0
    """At how many steps, from all over, it strikes in the plain story; 0: at each that it can."""
    lasts: float = 0.0
    """For how many seconds the step's whole service is struck from then on; 0: that step alone."""


def _always(act: Callable[[Call], object]) -> MAKE:
    """Make a blow that needs to know nothing of the site."""
    return lambda _site, _review: act


def _kill_before(_call: Call) -> object:
    raise Killed


def _kill_behind(call: Call) -> object:
    call.take_effect()
    raise Killed


def _throttle(code: str, status: int, *, tries: int = 99) -> MAKE:
    return _always(
        lambda call: refusal(code, status) if call.attempt <= tries else call.take_effect()
    )


def _unreachable(_call: Call) -> object:
    raise EndpointConnectionError(endpoint_url="https://aws.example")


def _lose_answer(*, tries: int = 99) -> MAKE:
    """Let the request take effect, and its answer come too late or never."""

    def make(site: Site, _review: str) -> Blow:
        def act(call: Call) -> object:
            answer = call.take_effect()
            if call.attempt > tries:
                return answer
            site.world.pass_time(10 if call.step.service == "sesv2" else 2)
            raise ReadTimeoutError(endpoint_url="https://aws.example")

        return act

    return make


def _time_out(site: Site, _review: str) -> Blow:
    """Lose the request on its way: no effect, and no answer."""

    def act(call: Call) -> object:
        site.world.pass_time(10 if call.step.service == "sesv2" else 2)
        raise ReadTimeoutError(endpoint_url="https://aws.example")

    return act


def _fail_behind(call: Call) -> object:
    call.take_effect()
    return refusal("InternalServerError", 500)


def _disk_is_full(_call: Call) -> object:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _memory_is_full(_call: Call) -> object:
    raise MemoryError


def _stall(site: Site, review: str) -> Blow:
    """Let the worker sleep beyond its lease, another take over and end; then it goes on."""

    def act(call: Call) -> object:
        site.world.pass_time(LEASE_SECONDS + 5)
        site.hand_over(site.copy_of_message(review))
        return call.take_effect()

    return act


def _deliver_at_once(site: Site, review: str) -> Blow:
    def act(call: Call) -> object:
        site.hand_over(site.copy_of_message(review))
        return call.take_effect()

    return act


def _sweep_at_once(site: Site, _review: str) -> Blow:
    """Let the sweep run in the middle of it, a moment after the lease has ended."""

    def act(call: Call) -> object:
        site.world.pass_time(LEASE_SECONDS + 5)
        site.sweep()
        return call.take_effect()

    return act


def _turn_clock(seconds: float) -> MAKE:
    def make(site: Site, _review: str) -> Blow:
        def act(call: Call) -> object:
            site.world.turn(seconds)
            return call.take_effect()

        return act

    return make


def _report(site: Site, review: str) -> Blow:
    def act(call: Call) -> object:
        if site.state_of(review) is not None:
            assert site.report(review) == 303
        return call.take_effect()

    return act


def _delete(site: Site, review: str) -> Blow:
    def act(call: Call) -> object:
        if site.state_of(review) is not None:
            site.delete(review)
        return call.take_effect()

    return act


def _raise(error: Callable[[], Exception]) -> MAKE:
    def act(_call: Call) -> object:
        raise error()

    return _always(act)


def _anywhere(_step: Step) -> bool:
    return True


def _is_aws(step: Step) -> bool:
    return step.service in {"dynamodb", "sqs", "ssm", "sesv2"}


def _is_of(*services: str) -> Callable[[Step], bool]:
    return lambda step: step.service in services


def _is_generate(step: Step) -> bool:
    return step.role == "generate"


def _away(service: str, words: str, seconds: float, *endings: str) -> Fault:
    """Return the fault that a service cannot be reached for a while."""
    name = {"dynamodb": "DynamoDB", "sqs": "SQS", "ssm": "SSM", "sesv2": "SES"}[service]
    return Fault(
        f"{name} is away for {words}",
        _always(_unreachable),
        _is_of(service),
        frozenset(endings),
        leaves_mail_unknown=True,
        most=4,
        lasts=seconds,
    )


FAULTS = (
    Fault("killed before a step", _always(_kill_before), _anywhere, leaves_mail_unknown=True),
    Fault("killed behind a step", _always(_kill_behind), _anywhere, leaves_mail_unknown=True),
    Fault(
        "DynamoDB throttles once",
        _throttle("ProvisionedThroughputExceededException", 400, tries=1),
        _is_of("dynamodb"),
        most=_SOME,
    ),
    Fault(
        "DynamoDB throttles every try",
        _throttle("ThrottlingException", 400),
        _is_of("dynamodb"),
        leaves_mail_unknown=True,
        most=_SOME,
    ),
    Fault("SQS or SSM throttles every try", _throttle("Throttling", 400), _is_of("sqs", "ssm")),
    Fault(
        "AWS is unavailable",
        _throttle("ServiceUnavailable", 503),
        _is_aws,
        leaves_mail_unknown=True,
        most=_SOME,
    ),
    Fault(
        "AWS cannot be reached",
        _always(_unreachable),
        _is_aws,
        leaves_mail_unknown=True,
        most=_SOME,
    ),
    Fault(
        "a request times out without effect",
        _time_out,
        _is_aws,
        leaves_mail_unknown=True,
        most=_SOME,
    ),
    Fault("one answer is lost", _lose_answer(tries=1), _is_aws, leaves_mail_unknown=True),
    Fault(
        "every answer is lost",
        _lose_answer(),
        _is_aws,
        leaves_mail_unknown=True,
        most=_SOME,
    ),
    Fault(
        "error 500 behind the effect",
        _always(_fail_behind),
        _is_aws,
        leaves_mail_unknown=True,
        most=_SOME,
    ),
    _away("dynamodb", "ten minutes", 600, READY, NOT_TAKEN),
    _away("dynamodb", "an hour", HOUR, READY, NOT_TAKEN, FAILED),
    _away("sqs", "an hour", HOUR, READY),
    _away("ssm", "ten minutes", 600, READY, NOT_TAKEN),
    _away("sesv2", "an hour", HOUR, READY),
    Fault("SES throttles", _throttle("TooManyRequestsException", 429), _is_of("sesv2")),
    Fault("SES pauses the account", _throttle("SendingPausedException", 400), _is_of("sesv2")),
    Fault(
        "SES refuses the mail",
        _throttle("MessageRejected", 400),
        _is_of("sesv2"),
        frozenset({UNMAILED}),
    ),
    Fault("no name server answers", _raise(dns.resolver.NoNameservers), _is_of("dns")),
    Fault("the name server is too late", _raise(dns.resolver.LifetimeTimeout), _is_of("dns")),
    Fault(
        "the name does not exist",
        _raise(dns.resolver.NXDOMAIN),
        _is_of("dns"),
        frozenset({NOT_TAKEN}),
    ),
    Fault("the disk is full", _always(_disk_is_full), _is_of("engine")),
    Fault("the memory is full", _always(_memory_is_full), _is_of("engine")),
    Fault(
        "the worker stalls, another takes over, it goes on",
        _stall,
        _is_generate,
        leaves_mail_unknown=True,
    ),
    Fault("delivered twice at once", _deliver_at_once, _is_generate),
    Fault(
        "the lease ends and the sweep runs",
        _sweep_at_once,
        _is_generate,
        leaves_mail_unknown=True,
        most=_SOME,
    ),
    Fault(
        "the clock jumps an hour ahead",
        _turn_clock(HOUR),
        _anywhere,
        turns_clock=True,
        endings=frozenset({READY}),
        leaves_mail_unknown=True,
        most=_SOME,
    ),
    Fault(
        "the clock falls an hour back",
        _turn_clock(-HOUR),
        _anywhere,
        turns_clock=True,
        leaves_mail_unknown=True,
        most=_SOME,
    ),
    Fault("reported in between", _report, _anywhere, frozenset({HIDDEN, READY})),
    Fault("deleted in between", _delete, _anywhere, frozenset({DELETED, READY})),
)
