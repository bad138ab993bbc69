"""Many visitors at once: what the local site does under load, beside what it does when idle.

    python -m bench.load                   1,000 submissions, 10,000 reads (a quarter of an hour)
    python -m bench.load --submissions 100 --reads 1000

The site is started as `make run` starts it, on a state of its own. The bundled model writes, but
short texts (24 tokens): what is tried is the way of a review, not the engine.
"""

import argparse
import json
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from statistics import median, quantiles

from bench.markdown import number, table
from tests.stack import ROOT, Stack

_SHORT_TEXTS = {"min_tokens": 16, "max_tokens": 24}
_IDLE_SUBMISSIONS = 40
_IDLE_READS = 200
_SENDERS = 16
_READERS = 16
_PATIENCE_SECONDS = 1800.0
_LOOKS_APART = 2.0
_MOST_GROWTH = 4.0
"""The first visitors start the functions' processes: up to four of each. They must not grow."""
_FORM = json.dumps({"prompt": "A blue horse in the rain", "eccentricity": 7})


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of many requests of one kind."""

    milliseconds: list[float]
    statuses: Counter[int]
    seconds: float
    """From the first to the last."""

    @property
    def row(self) -> list[str]:
        """The figures as a table shows them."""
        slowest = quantiles(self.milliseconds, n=100)[98]
        statuses = ", ".join(f"{status}: {times:,}" for status, times in self.statuses.items())
        return [
            statuses,
            number(median(self.milliseconds)),
            number(slowest),
            number(len(self.milliseconds) / self.seconds),
        ]


class Visitor:
    """One connection that stays open, as a browser's does."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=120)

    def submit(self) -> tuple[int, str]:
        """Submit as a program; return the status and the review's id."""
        status, body = self._ask("POST", "/submission", _FORM)
        return status, str(json.loads(body).get("id", ""))

    def read(self, path: str) -> tuple[int, bytes]:
        """Ask for a page."""
        return self._ask("GET", path)

    def state(self, review_id: str) -> str:
        """Return a review's state."""
        return str(json.loads(self.read(f"/r/{review_id}/status")[1])["state"])

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
        headers = {"content-type": "application/json"} if body else {}
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()


def asked(times: int, senders: int, port: int, one: Callable[[Visitor], int]) -> Asked:
    """Ask so many times, by so many visitors at once, as fast as they are answered."""
    milliseconds: list[float] = []
    statuses: Counter[int] = Counter()
    tickets = count()
    lock = threading.Lock()

    def visit() -> None:
        visitor = Visitor(port)
        while next(tickets) < times:
            began = time.perf_counter()
            status = one(visitor)
            took = (time.perf_counter() - began) * 1000
            with lock:
                milliseconds.append(took)
                statuses[status] += 1

    began = time.perf_counter()
    with ThreadPoolExecutor(senders) as pool:
        for future in [pool.submit(visit) for _ in range(senders)]:
            future.result()
    return Asked(milliseconds, statuses, time.perf_counter() - began)


def awaited_states(ids: list[str], port: int) -> Counter[str]:
    """Return the states of all reviews when none is waiting any more, or patience is at an end."""
    visitor, deadline = Visitor(port), time.monotonic() + _PATIENCE_SECONDS
    states: dict[str, str] = {}
    while time.monotonic() < deadline:
        for review_id in ids:
            if states.get(review_id) not in {"ready", "failed"}:
                states[review_id] = visitor.state(review_id)
                if states[review_id] == "queued":
                    break  # those behind it wait too
        if len(states) == len(ids) and set(states.values()) <= {"ready", "failed"}:
            break
        time.sleep(_LOOKS_APART)
    return Counter(states.get(review_id, "not looked at") for review_id in ids)


def resident_megabytes(parent: int) -> float:
    """Return what a process and all its descendants hold in memory, shared pages by their share."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                after_name = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has ended meanwhile
            children.setdefault(int(after_name[1]), []).append(int(folder.name))
    family, kilobytes = [parent], 0
    for process in family:
        family += children.get(process, [])
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes / 1024


@contextmanager
def site_of_short_texts() -> Iterator[Stack]:
    """Start the site, with the bundled model told to be brief."""
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model"
        shutil.copytree(ROOT / "functions" / "generate" / "model", model)
        facts = json.loads((model / "bundle.json").read_text("utf-8"))
        facts["sampling"] |= _SHORT_TEXTS
        (model / "bundle.json").write_text(json.dumps(facts), "utf-8")
        with Stack(Path(folder) / "state", environment={"MODEL_DIR": str(model)}) as stack:
            yield stack


def measured(stack: Stack, submissions: int, reads: int) -> tuple[str, list[str]]:
    """Return the tables of one run, and what was not as it must be."""
    ids: list[str] = []

    def submit(visitor: Visitor) -> int:
        status, review_id = visitor.submit()
        if review_id:
            ids.append(review_id)
        return status

    asked(4, 1, stack.port, submit)  # what is started late is started
    awaited_states(ids, stack.port)
    page = f"/r/{ids[0]}"
    idle_submissions = asked(_IDLE_SUBMISSIONS, 1, stack.port, submit)
    awaited_states(ids, stack.port)
    idle_reads = asked(_IDLE_READS, 1, stack.port, lambda visitor: visitor.read(page)[0])
    memory_before = resident_megabytes(stack.process_id)
    began = time.monotonic()
    flood = asked(submissions, _SENDERS, stack.port, submit)
    memory_in_flood = resident_megabytes(stack.process_id)
    states = awaited_states(ids, stack.port)
    all_settled = time.monotonic() - began
    rush = asked(reads, _READERS, stack.port, lambda visitor: visitor.read(page)[0])
    memory_after = resident_megabytes(stack.process_id)
    head = ["", "answers", "median, ms", "99 of 100 below, ms", "a second"]
    rows = [
        ["submissions, one by one, idle", *idle_submissions.row],
        [f"submissions, {_SENDERS} at once", *flood.row],
        ["reads, one by one, idle", *idle_reads.row],
        [f"reads, {_READERS} at once", *rush.row],
    ]
    ratios = [
        ["submit, median under load ÷ idle", _ratio(flood, idle_submissions)],
        ["read, median under load ÷ idle", _ratio(rush, idle_reads)],
        ["memory in the flood ÷ before", number(memory_in_flood / memory_before, 2)],
        ["memory after all ÷ before", number(memory_after / memory_before, 2)],
    ]
    settled = ", ".join(f"{times:,} {state}" for state, times in sorted(states.items()))
    summary = (
        f"Of {len(ids):,} accepted: {settled}, {all_settled:,.0f} s after the flood began. "
        f"Memory of all processes before: {memory_before:,.0f} MB."
    )
    text = "\n\n".join([table(head, rows), table(["", "ratio"], ratios), summary])
    grown = max(memory_in_flood, memory_after) / memory_before
    faults = [*_refused(flood, 202, "submissions"), *_refused(rush, 200, "reads"), *_lost(states)]
    if grown > _MOST_GROWTH:
        faults.append(f"memory grew {grown:.1f} times, and {_MOST_GROWTH:.0f} are allowed")
    return text, faults


def _refused(requests: Asked, right: int, name: str) -> list[str]:
    others = {status: times for status, times in requests.statuses.items() if status != right}
    return [f"not all {name} were answered with {right}: {others}"] if others else []


def _lost(states: Counter[str]) -> list[str]:
    lost = {state: times for state, times in states.items() if state != "ready"}
    return [f"not all reviews were written: {lost}"] if lost else []


def _ratio(under_load: Asked, idle: Asked) -> str:
    return number(median(under_load.milliseconds) / median(idle.milliseconds))


def main() -> int:
    """Measure, and print. Exit with 1 where anything was lost or a 5xx came."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--submissions", type=int, default=1000)
    parser.add_argument("--reads", type=int, default=10_000)
    arguments = parser.parse_args()
    with site_of_short_texts() as stack:
        text, faults = measured(stack, arguments.submissions, arguments.reads)
    print(text)
    for fault in faults:
        print(f"FAULT: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
