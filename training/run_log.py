"""The run's log, and what of it is shown.

The log file holds one JSON object a line, and so does the output where nobody watches. On a
terminal there are sentences, above a bar with the speed and the time left.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, TextIO

from tqdm import tqdm

from training.budget import Budget
from training.files import writing

Entry = Mapping[str, Any]


class Display(Protocol):
    """Where a run shows how it goes."""

    def show(self, entry: Entry) -> None:
        """Show what was logged."""

    def advance(self, budget: Budget) -> None:
        """Show how far the run is."""

    def close(self) -> None:
        """Leave the place as it was."""


class RunLog:
    """`log.jsonl` of a run, shown on a display."""

    def __init__(self, path: Path, budget: Budget, display: Display) -> None:
        self._path = path
        self._budget = budget
        self._display = display

    def report(self, entry: Entry) -> None:
        """Add a line to the log and show it."""
        line = {
            "step": self._budget.step,
            "seconds": round(self._budget.seconds, 1),
            "share": round(self._budget.fraction, 4),
            **entry,
        }
        with writing(self._path), self._path.open("a", encoding="utf-8") as log:
            log.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._display.show(line)

    def advance(self) -> None:
        """Show how far the run is."""
        self._display.advance(self._budget)

    def close(self) -> None:
        """Take the bar away."""
        self._display.close()


class Silence:
    """The display of a process that is not the main one."""

    def show(self, entry: Entry) -> None:
        """Show nothing."""

    def advance(self, budget: Budget) -> None:
        """Show nothing."""

    def close(self) -> None:
        """Nothing was opened."""


class JsonLines:
    """The display where nobody watches: the log's own lines."""

    def show(self, entry: Entry) -> None:
        """Print a line."""
        print(json.dumps(entry, ensure_ascii=False), flush=True)

    def advance(self, budget: Budget) -> None:
        """Print nothing: the lines have their share."""

    def close(self) -> None:
        """Nothing was opened."""


class Terminal:
    """The display for a person: sentences, and a bar below them."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._bar = tqdm(total=100, file=file, bar_format="{percentage:3.0f} %|{bar}|{postfix}")
        self._speed = 0
        self._loss = 0.0

    def show(self, entry: Entry) -> None:
        """Print a sentence above the bar; losses and speeds go into the bar."""
        self._speed = entry.get("tokens_per_second", self._speed)
        self._loss = entry.get("loss", self._loss)
        sentence = sentence_of(entry)
        if sentence:
            self._bar.write(sentence, file=self._file)

    def advance(self, budget: Budget) -> None:
        """Draw the bar."""
        parts = [f"step {budget.step}"]
        if self._speed:
            parts += [f"loss {self._loss:.3f}", f"{self._speed:,} tokens/s"]
        if (left := budget.seconds_left) is not None:
            parts.append(f"{tqdm.format_interval(left)} left")
        self._bar.n = 100 * budget.fraction
        self._bar.set_postfix_str(", ".join(parts))

    def close(self) -> None:
        """Leave the bar's last state on a line of its own."""
        self._bar.close()


def display_for(output: TextIO) -> Display:
    """Return the display that fits the place where the output goes."""
    return Terminal(output) if output.isatty() else JsonLines()


def sentence_of(entry: Entry) -> str:
    """Say for a person what an entry of the log says, or nothing where the bar says it."""
    if "held_out" in entry:
        figures = entry["held_out"]
        best = ", the best yet" if entry.get("best") else ""
        return (
            f"step {entry['step']}: held-out loss {figures['loss']:.4f}, "
            f"{figures['bits_per_character']:.4f} bits a character{best}"
        )
    if "sample" in entry:
        return f"step {entry['step']} writes:\n{entry['sample']}\n"
    if "finished" in entry:
        return f"finished: {entry['finished']}"
    if "parameters" in entry:
        trained = f"{entry['trained']:,} of {entry['parameters']:,} parameters are trained"
        how = f"in {entry['precision']} with {entry['optimizer']}"
        where = entry["resumed_from"] or "the beginning"
        return f"{trained} {how}, from {where} on"
    return ""
