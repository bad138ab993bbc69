"""A sorted table of keys and values, as LevelDB and TensorFlow's checkpoint index have it.

A file is blocks, one after another, and a footer of 48 bytes that tells where the index block is;
that one names the others. In a block each key leaves out what it shares with the key before it.
https://github.com/google/leveldb/blob/main/doc/table_format.md
"""

from collections.abc import Iterator

import google_crc32c

from training.elsewhere.protobuf import MalformedMessage, read_varint

MAGIC = 0xDB4775248B80FB57
FOOTER = 48  # bytes: two handles, filled up to 40, and the magic number
TRAILER = 5  # bytes behind a block: how it is compressed, and a checksum
_PLAIN, _SNAPPY = 0, 1


def entries_of(file: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the keys and values of a table, in its order. Raises MalformedMessage."""
    if len(file) < FOOTER or int.from_bytes(file[-8:], "little") != MAGIC:
        raise MalformedMessage("it does not end as a table does: it is cut short, or no table")
    footer = file[-FOOTER:]
    _, place = _handle(footer, 0)  # of the block that describes filters: there are none
    handle, _ = _handle(footer, place)
    for _, value in _entries(_block(file, *handle)):
        yield from _entries(_block(file, *_handle(value, 0)[0]))


def masked_checksum(data: bytes) -> int:
    """Return the CRC-32C of some bytes, turned and shifted as both formats store it."""
    checksum = int(google_crc32c.value(data))
    return ((checksum >> 15 | checksum << 17) + 0xA282EAD8) & 0xFFFFFFFF


def _handle(data: bytes, start: int) -> tuple[tuple[int, int], int]:
    """Read where a block begins and how long it is; return where the handle ends, too."""
    offset, place = read_varint(data, start)
    size, place = read_varint(data, place)
    return (offset, size), place


def _block(file: bytes, offset: int, size: int) -> bytes:
    block = file[offset : offset + size + TRAILER]
    if len(block) < size + TRAILER:
        raise MalformedMessage(f"the block at byte {offset} is cut short")
    if masked_checksum(block[: size + 1]) != int.from_bytes(block[size + 1 :], "little"):
        raise MalformedMessage(f"the checksum of the block at byte {offset} is wrong")
    compression = block[size]
    if compression == _SNAPPY:
        raise MalformedMessage("its blocks are compressed with snappy; only plain ones can be read")
    if compression != _PLAIN:
        raise MalformedMessage(f"its blocks are compressed in the unknown way {compression}")
    return block[:size]


def _entries(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    if len(block) < 4:
        raise MalformedMessage("a block is too short")
    restarts = int.from_bytes(block[-4:], "little")  # places to begin at; reading on needs none
    end = len(block) - 4 * (restarts + 1)
    if end < 0:
        raise MalformedMessage(f"a block has {restarts} restarts, more than fit in")
    place, key = 0, b""
    while place < end:
        shared, place = read_varint(block, place)
        own, place = read_varint(block, place)
        length, place = read_varint(block, place)
        if shared > len(key) or place + own + length > end:
            raise MalformedMessage("an entry reaches beyond its block")
        key = key[:shared] + block[place : place + own]
        yield key, block[place + own : place + own + length]
        place += own + length
