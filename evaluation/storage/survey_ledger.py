"""Arithmetic of a channel's ledger: counts, places taken, one bit for each invitation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from evaluation.storage.models.survey import SurveyLedger


def has_bit(bits: bytes | bytearray, number: int) -> bool:
    """Tell whether the bit of an invitation is set."""
    place, shift = divmod(number, 8)
    return place < len(bits) and bool(bits[place] >> shift & 1)


def with_bit(bits: bytearray, number: int, value: bool) -> None:
    """Set or clear the bit of an invitation in place."""
    place, shift = divmod(number, 8)
    if place >= len(bits):
        bits.extend(bytes(place + 1 - len(bits)))
    if value:
        bits[place] |= 1 << shift
    else:
        bits[place] &= ~(1 << shift) & 0xFF


def count_bits(bits: bytes) -> int:
    """Count the bits that are set."""
    return int.from_bytes(bits, "little").bit_count()


@dataclass
class OpenLedger:
    """A ledger while its row is locked."""

    counts: dict[str, int]
    taken: dict[str, int]
    reserved: bytearray
    used: bytearray

    @classmethod
    def of(cls, row: SurveyLedger) -> OpenLedger:
        """Open the ledger of a locked row."""
        return cls(dict(row.counts), dict(row.taken), bytearray(row.reserved), bytearray(row.used))

    def count(self, name: str, by: int = 1) -> None:
        """Add to a count."""
        self.counts[name] = self.counts.get(name, 0) + by

    def has_places(self, quotas: Iterable[str], limits: dict[str, int]) -> bool:
        """Tell whether every one of these quotas has a place left."""
        return all(self.taken.get(code, 0) < limits.get(code, 0) for code in quotas)

    def take_places(self, quotas: Iterable[str], by: int = 1) -> None:
        """Take a place in each of these quotas, or give it back with ``by=-1``."""
        for code in quotas:
            self.taken[code] = max(self.taken.get(code, 0) + by, 0)

    def write_to(self, row: SurveyLedger) -> None:
        """Put everything back into the row."""
        row.counts, row.taken = self.counts, self.taken
        row.reserved, row.used = bytes(self.reserved), bytes(self.used)
