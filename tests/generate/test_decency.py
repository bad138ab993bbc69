"""What the gallery lists, and what it does not."""

import pytest

from functions.generate.decency import is_fit_for_gallery


@pytest.mark.parametrize(
    "text",
    [
        "A nude by Titian, and the Rape of Europa beside it",
        "The cock crows over Essex; Dick Turpin rides to Scunthorpe",
        "Moby-Dick, painted on the bass drum of a classic assembly",
        "The bastard son holds a hoe, and a donkey or an ass stands by",
        "Voyeurism and domination in the late work",
        "",
    ],
)
def test_the_words_of_criticism_are_listed(text: str) -> None:
    """No nude, no title and no place name keeps a review out."""
    assert is_fit_for_gallery(text)


@pytest.mark.parametrize(
    "text", ["What a fucking daub", "F U C K the jury", "a fück of a painting", "he is a faggot"]
)
def test_abuse_is_not(text: str) -> None:
    """Plain, spaced out or in disguise, in any of the texts."""
    assert not is_fit_for_gallery(text)
    assert not is_fit_for_gallery("A blue horse", text)
