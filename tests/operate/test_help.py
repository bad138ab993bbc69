"""Every command explains itself, and its examples are right."""

import argparse
import shlex

import pytest

from operate import command_line


def commands() -> dict[str, argparse.ArgumentParser]:
    """Return the commands by name."""
    (group,) = [
        action
        for action in command_line.parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    ]
    return dict(group.choices)


def examples_of(command: argparse.ArgumentParser) -> list[str]:
    """Return the examples in a command's help."""
    behind = command.format_help().partition("examples:\n")[2]
    return [line.strip() for line in behind.splitlines() if line.strip()]


@pytest.mark.parametrize("name", commands())
def test_every_command_has_examples_that_it_takes(name: str) -> None:
    """Each is a whole command line of this command, and `--json` is shown where there is one."""
    command = commands()[name]
    examples = examples_of(command)
    assert examples
    for example in examples:
        words = shlex.split(example.partition(" > ")[0])
        assert words[:3] == ["python3", "-m", "operate"]
        assert name in words
        assert command_line.parser().parse_args(words[3:]).run == command.get_default("run")
    takes_json = "--json" in command.format_help().partition("examples:")[0]
    assert takes_json == any("--json" in example for example in examples)


def test_the_first_page_names_every_command() -> None:
    """With an example each."""
    overview = command_line.__doc__ or ""
    assert [name for name in commands() if f"python3 -m operate {name}" not in overview] == []
