"""Errors of this library.

    ReportError               a report cannot be made
    ├── NumberError           a figure cannot be written as asked (unit, rounding)
    ├── UnboundNumber         a digit stands in the text that no result stands behind
    ├── DisclosureError       a table or a text could betray a person
    ├── LayoutError           the page could not be made (missing glyph, broken reference, crash)
    └── PackageError          a published file does not carry what it must carry

Each has three parts, as everywhere here: where, what is wrong, what to do.
"""

from __future__ import annotations


class ReportError(Exception):
    """Base: a report cannot be made as asked."""

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(what)

    def __str__(self) -> str:
        """Return where, what and what to do in one line."""
        place = f"{self.where}：" if self.where else ""
        return f"{place}{self.what}{self.remedy}"


class NumberError(ReportError):
    """A figure cannot be written as asked."""


class UnboundNumber(ReportError):
    """A digit stands in the text that no result stands behind."""


class DisclosureError(ReportError):
    """A table or a text could betray a person."""


class LayoutError(ReportError):
    """The pages could not be made."""


class PackageError(ReportError):
    """A published file does not carry what it must carry."""
