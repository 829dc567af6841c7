"""A draw certificate as text, in full and without identifiers.

Leaves out what a certificate states and how it is checked (`sampling.certificate`); so it needs
neither frames nor draws and can be used by a server that only shows certificates.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def dump(certificate: Mapping[str, Any]) -> str:
    """Return the certificate as readable JSON text ending in a line feed."""
    return json.dumps(certificate, ensure_ascii=False, indent=1) + "\n"


def public(certificate: Mapping[str, Any]) -> dict[str, Any]:
    """Return the certificate without identifiers: tickets, ranks and strata stay checkable."""
    units = [
        {key: value for key, value in unit.items() if key != "unit_id"}
        for unit in certificate["units"]
    ]
    return {**certificate, "units": units}
