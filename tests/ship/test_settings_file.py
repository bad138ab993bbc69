"""`deploy.toml`: what was told once is there again."""

from pathlib import Path

import pytest

from ship.refusals import Refused
from ship.settings_file import Told, is_of_another, read, write


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """Also with signs that TOML gives a meaning; only its owner may read it."""
    path = tmp_path / "deploy.toml"
    told = Told("site", "eu-central-1", None, {"SiteName": 'A "site" \\ of é\x7f', "Domain": ""})
    write(path, told)
    assert read(path) == told
    assert path.stat().st_mode & 0o077 == 0


def test_no_file_tells_nothing(tmp_path: Path) -> None:
    """The first deployment asks."""
    assert read(tmp_path / "deploy.toml") == Told()


def test_numbers_and_switches_may_be_written_by_hand(tmp_path: Path) -> None:
    """As TOML has them."""
    path = tmp_path / "deploy.toml"
    path.write_text("[parameters]\nDailyCeiling = 100\nPatterns = true\n")
    assert read(path).parameters == {"DailyCeiling": "100", "Patterns": "on"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("region = ", "cannot be read"),
        ("regoin = 'x'", "says regoin: mend it"),
        ("parameters = 1", "mend it"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, content: str, said: str) -> None:
    """The line tells the file and what to do."""
    path = tmp_path / "deploy.toml"
    path.write_text(content)
    with pytest.raises(Refused, match=said):
        read(path)


FILE = Told("site", "eu-central-1", "art", {"Domain": "reviews.example.org"})


@pytest.mark.parametrize(
    "wanted", [Told(), Told("site"), Told("site", "eu-central-1", "art"), Told(profile="art")]
)
def test_what_the_options_leave_open_is_the_files(wanted: Told) -> None:
    """And what they say too, where it is the same."""
    assert not is_of_another(FILE, wanted)


@pytest.mark.parametrize(
    "wanted", [Told("trial"), Told(region="us-east-1"), Told("site", profile="school")]
)
def test_another_stack_region_or_profile_is_another_site(wanted: Told) -> None:
    """Its domain and sender are not this one's."""
    assert is_of_another(FILE, wanted)
