"""Words that a page has to bear: what the model writes, and what nobody should have typed."""

from unicodedata import normalize

from functions.render.examples import Example, read_examples
from tests.stack import ROOT

EXAMPLES: tuple[Example, ...] = read_examples(ROOT / "functions" / "render" / "examples.json")
"""Reviews as the model that ships has written them."""

LONGEST = 255

_ONE_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"

ODD_PROMPTS = {
    "one-word": (_ONE_WORD * 4)[:LONGEST],
    "emoji": ("🖼️🎨🔥👩‍🎨🏳️‍🌈" * 40)[:LONGEST],
    "marks": normalize("NFC", ("Z" + "\u0310\u0351\u0323\u0334" * 20 + "algo ") * 3)[:LONGEST],
    "bidi": ("left \u202eright \u2066left\u2069 " * 20)[:LONGEST],
    "arabic": "في المعرض لوحة واحدة لا يراها أحد، وفيها حصان أزرق يقف تحت المطر",
    "wide": ("W" * 40 + " ") * 6,
}
"""By name: one long word, pictures, heaps of accents, controls of direction, Arabic, capitals.

As they may lie in the table: in one Unicode form, as the form brings what is sent to it, but with
the controls of direction, which it takes out.
"""
