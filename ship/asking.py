"""Questions to the operator, who may have left: then what was not given as an option is refused."""

from collections.abc import Callable
from dataclasses import dataclass

from ship.refusals import Refused

Say = Callable[[str], None]
"""Tells the operator one sentence."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks, or answers by itself where nobody is there to be asked."""

    read: Callable[[str], str]
    """Shows a question and returns the line that was typed. Raises EOFError."""
    is_unattended: bool = False

    def text(self, question: str, otherwise: str, option: str) -> str:
        """Return an answer, or what holds where nothing is typed.

        Raises Refused where nobody is there and nothing else holds.
        """
        if self.is_unattended:
            if not otherwise:
                raise Refused(f"Nobody is here to be asked ({question}): give {option}.")
            return otherwise
        shown = f"{question} [{otherwise}]: " if otherwise else f"{question}: "
        return self._line(shown) or otherwise

    def agrees(self, question: str) -> bool:
        """Tell whether the operator says yes; who has left said it beforehand."""
        return self.is_unattended or self._line(f"{question} [y/N]: ").lower() in {"y", "yes"}

    def types(self, question: str, name: str) -> bool:
        """Tell whether the operator types this name. It is asked even of who has left."""
        return self._line(f"{question}\n  Type {name} to go on: ") == name

    def _line(self, shown: str) -> str:
        try:
            return self.read(shown).strip()
        except EOFError:
            return ""
