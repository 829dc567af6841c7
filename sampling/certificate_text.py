"""A draw certificate as text, in full and as it may be published.

Leaves out what a certificate states and how it is checked (`sampling.certificate`); so it needs
neither frames nor draws and can be used by a server that only shows certificates.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def dump(certificate: Mapping[str, Any]) -> str:
    r"""Return the certificate as readable JSON text ending in a line feed.

    Examples
    --------
    >>> dump({"rule": "hp-draw-1"})
    '{\n "rule": "hp-draw-1"\n}\n'
    """
    return json.dumps(certificate, ensure_ascii=False, indent=1) + "\n"


_AMOUNTS = ("measure_of_size", "inclusion_probability", "rank")


def public(certificate: Mapping[str, Any], *, with_identifiers: bool = False) -> dict[str, Any]:
    """Return the certificate without identifiers: tickets, roles and strata stay checkable.

    In a draw proportional to size each probability is the size times a constant, and the rank
    beside the ticket gives it away nearly as well; so none of the three is published, and the
    units are in the order of their tickets. Whoever holds the frozen list computes them again.

    Parameters
    ----------
    certificate : mapping
        The full certificate.
    with_identifiers : bool
        Keep the identifiers, because they are pseudonyms or public anyway.

    Examples
    --------
    >>> public({"units": [{"unit_id": "case 7", "ticket": "0b"}]})
    {'units': [{'ticket': '0b'}]}
    """
    hidden = set() if with_identifiers else {"unit_id"}
    units = list(certificate["units"])
    if certificate.get("design", {}).get("method") == "pareto":
        hidden |= set(_AMOUNTS)
        units.sort(key=published_order)
    kept = [{key: value for key, value in unit.items() if key not in hidden} for unit in units]
    return {**certificate, "units": kept}


def published_order(unit: Mapping[str, Any]) -> tuple[str, bool, str]:
    """Order units by stratum, sample before reserve, and ticket.

    Examples
    --------
    >>> published_order({"stratum": "x", "role": "sample", "ticket": "0b"})
    ('x', False, '0b')
    """
    return unit["stratum"], unit["role"] != "sample", unit["ticket"]
