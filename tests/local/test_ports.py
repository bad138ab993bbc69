"""Ports: taken, impossible, remembered."""

import pytest

from local import ports
from local.errors import LocalError
from tests.stack import free_port


def test_a_taken_port_is_one_clear_line() -> None:
    """It names the port and the way out."""
    with ports.listening(0) as other:
        taken = int(other.getsockname()[1])
        with pytest.raises(LocalError) as caught:
            ports.check_free(taken)
    assert str(caught.value) == (
        f"Port {taken} is taken by another program. "
        f"Stop that, or choose another port: make run PORT={taken + 1}"
    )


@pytest.mark.parametrize("text", ["", "abc", "0", "-1", "65536", "8080.0", "٨٠٨٠", " 80", "1e3"])
def test_what_is_no_port_is_refused(text: str) -> None:
    """The message shows what was got and what is allowed."""
    with pytest.raises(LocalError, match="must be a number from 1 to 65535"):
        ports.number(text)


def test_the_endpoint_keeps_its_port_if_it_can() -> None:
    """The remembered port is taken again; where it is gone, any free one is."""
    wanted = free_port()
    with ports.endpoint_socket(wanted) as first:
        assert first.getsockname() == (ports.HOST, wanted)
        with ports.endpoint_socket(wanted) as second:
            assert second.getsockname()[1] != wanted
