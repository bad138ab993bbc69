"""Which codes are no characters."""

NO_CHARACTERS = frozenset(
    [*map(chr, range(0xFDD0, 0xFDF0))]
    + [chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)]
)
"""The 66 codes that Unicode keeps from ever being one (Unicode 16, 23.7): no page may have them."""
