"""The wire format of protocol buffers, read: as much as a checkpoint's index needs.

https://protobuf.dev/programming-guides/encoding/
"""

from collections.abc import Iterator

VARINT, FIXED_64, BYTES, FIXED_32 = 0, 1, 2, 5
_LONGEST_VARINT = 10  # bytes: seven bits each, of 64


class MalformedMessage(ValueError):
    """Bytes that are not what they should be; whoever knows the file says which one."""


def read_varint(data: bytes, start: int) -> tuple[int, int]:
    """Read a whole number from `start` on; return it and where it ends. Raises MalformedMessage."""
    value = 0
    for index, byte in enumerate(data[start : start + _LONGEST_VARINT]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, start + index + 1
    raise MalformedMessage(f"the number at byte {start} does not end")


def fields_of(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the number and the value of each field, in their order. Raises MalformedMessage."""
    place = 0
    while place < len(message):
        tag, place = read_varint(message, place)
        number, kind = tag >> 3, tag & 7
        if kind == VARINT:
            value, place = read_varint(message, place)
            yield number, value
            continue
        if kind == BYTES:
            length, place = read_varint(message, place)
        elif kind in (FIXED_32, FIXED_64):
            length = 4 if kind == FIXED_32 else 8
        else:
            raise MalformedMessage(f"field {number} is of the unknown kind {kind}")
        content = message[place : place + length]
        if len(content) < length:
            raise MalformedMessage(f"field {number} is cut short")
        place += length
        yield number, content if kind == BYTES else int.from_bytes(content, "little")


def whole_number(value: int | bytes) -> int:
    """Return a field's value, which has to be a number. Raises MalformedMessage."""
    if isinstance(value, bytes):
        raise MalformedMessage("text stands where a number should be")
    return value


def content_of(value: int | bytes) -> bytes:
    """Return a field's value, which has to be text or a message. Raises MalformedMessage."""
    if isinstance(value, int):
        raise MalformedMessage("a number stands where a message should be")
    return value
