"""A draw certificate as text, in full and without identifiers.

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


def public(certificate: Mapping[str, Any]) -> dict[str, Any]:
    """Return the certificate without identifiers: tickets, ranks and strata stay checkable.

    Examples
    --------
    >>> public({"units": [{"unit_id": "case 7", "ticket": "0b"}]})
    {'units': [{'ticket': '0b'}]}
    """
    units = [
        {key: value for key, value in unit.items() if key != "unit_id"}
        for unit in certificate["units"]
    ]
    return {**certificate, "units": units}
