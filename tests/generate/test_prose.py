"""Where a text is cut."""

import pytest

from functions.generate.prose import whole_sentences


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("One. Two and a", "One."),
        ("One. Two!", "One. Two!"),
        ('He said "No." Then he', 'He said "No."'),
        ("Is it so? Perhaps (it is.) And", "Is it so? Perhaps (it is.)"),
        ("By Mr. Turner. The work of Dr. Smith", "By Mr. Turner."),
        ("Seen in 1890. J. M. W. Turner", "Seen in 1890."),
        ("It ends… And then", "It ends…"),
        ("It costs 3.5 francs. At 4.7 it", "It costs 3.5 francs."),
        ("First.\n\nSecond paragraph. Third", "First.\n\nSecond paragraph."),
        ("no sentence at all, but wor", "no sentence at all, but…"),
        ("word", "word…"),
        ("", "…"),
    ],
)
def test_a_text_ends_with_its_last_whole_sentence(text: str, kept: str) -> None:
    """Never in the middle of a sentence, and never after an abbreviation's full stop."""
    assert whole_sentences(text) == kept
