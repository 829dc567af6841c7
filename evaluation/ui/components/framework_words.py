"""Small pieces of the framework page: quotations, formulas in words, anchors."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from html import escape

import streamlit as st

from evaluation.domain.indicator import Anchors, IndicatorUnit, Quantity
from evaluation.language import _


def seed_mark(seed_ref: str) -> str:
    """Return the section number as a small mark."""
    return f'<span style="color:#1f4e79;font-size:.85rem">{escape(seed_ref)}</span>'


def quote(text: str, seed_ref: str) -> None:
    """Show the plan's own words with the section they stand in."""
    st.html(
        '<blockquote style="margin:.2rem 0 .6rem;padding:.3rem .9rem;'
        'border-left:4px solid #1f4e79;background:#f4f7fa">'
        f"{escape(text)}　{seed_mark(_('行动方案{ref}').format(ref=seed_ref))}</blockquote>"
    )


def formula_text(quantity: Quantity, names: Mapping[str, str]) -> str:
    """Return a sum of fields in Chinese names."""
    parts: list[str] = []
    for position, (code, sign) in enumerate(quantity.terms):
        if position:
            parts.append(" ＋ " if sign > 0 else " － ")
        parts.append(names.get(code, code))
    return "".join(parts)


def anchors_text(anchors: Anchors | None, unit: IndicatorUnit) -> str:
    """Return the five anchors in the unit that people read."""
    if anchors is None:
        return _("不计分")
    return "／".join(_value(value, unit) for value, _points in anchors.pairs)


def _value(value: Decimal, unit: IndicatorUnit) -> str:
    if unit is IndicatorUnit.RATE:
        return f"{_plain(value * 100)}%"
    if unit is IndicatorUnit.PER_10K:
        return f"{_plain(value * 10000)}‱"
    if unit is IndicatorUnit.DAYS:
        return _("{n}天").format(n=_plain(value))
    return _plain(value)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
