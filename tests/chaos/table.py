"""The table of the faults: how many runs each had, and how they ended."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
_BEGIN = "<!-- faults: begin, written by make chaos WRITE=on -->"
_END = "<!-- faults: end -->"


@dataclass
class Table:
    """Outcomes by fault, in the order in which the faults came."""

    rows: dict[str, Counter[str]] = field(default_factory=dict)
    broken: Counter[str] = field(default_factory=Counter)
    longest: dict[str, float] = field(default_factory=dict)
    """Seconds; only of the runs whose clock can be believed."""

    def add(
        self, fault: str, ending: str, seconds: float | None = None, *, is_broken: bool = False
    ) -> None:
        """Count one run; a broken one did not keep every promise."""
        self.rows.setdefault(fault, Counter())[ending] += 1
        self.broken[fault] += is_broken
        if seconds is not None:
            self.longest[fault] = max(seconds, self.longest.get(fault, 0.0))

    @property
    def runs(self) -> int:
        """How many runs there were."""
        return sum(endings.total() for endings in self.rows.values())

    def __str__(self) -> str:
        """Return the table, in Markdown."""
        lines = [
            "| fault | runs | how they ended | longest, minutes | promises broken |",
            "|---|--:|---|--:|--:|",
        ]
        for fault, endings in self.rows.items():
            told = "; ".join(f"{ending}: {count}" for ending, count in sorted(endings.items()))
            minutes = f"{self.longest[fault] / 60:.0f}" if fault in self.longest else ""
            lines.append(
                f"| {fault} | {endings.total()} | {told} | {minutes} | {self.broken[fault]} |"
            )
        lines.append(f"| **all** | **{self.runs}** | | | **{self.broken.total()}** |")
        return "\n".join(lines)


def runs_on(page: str) -> dict[str, int]:
    """Return the runs of each fault as the page tells them."""
    lines = _between(page)[1].splitlines()
    cells = [[cell.strip() for cell in line.split("|")] for line in lines if line.startswith("| ")]
    return {cell[1]: int(cell[2]) for cell in cells if cell[2].isdigit()}


def write(table: Table, page: Path = PAGE) -> None:
    """Put the table into the page, in place of the one that is there."""
    before, _, behind = _between(page.read_text("utf-8"))
    page.write_text(f"{before}{_BEGIN}\n\n{table}\n\n{_END}{behind}", "utf-8")


def _between(page: str) -> tuple[str, str, str]:
    before, begin, rest = page.partition(_BEGIN)
    table, end, behind = rest.partition(_END)
    if not begin or not end:
        raise ValueError(f"the page has no place for the table: {_BEGIN} … {_END}")
    return before, table, behind
