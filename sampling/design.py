"""The sampling design: how many units of which stratum, by which method, fixed before the seed.

Leaves out how sizes are found (:mod:`sampling.size`, :mod:`sampling.allocation`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sampling.errors import DesignError


class Method(StrEnum):
    """How units enter the sample."""

    STRATIFIED = "stratified"
    CLUSTER = "cluster"
    PARETO = "pareto"


@dataclass(frozen=True)
class SampleDesign:
    """Sizes per stratum and the method; equal designs have equal hashes.

    ``sample_sizes`` counts units per stratum; for the cluster method it counts units per selected
    cluster, and ``cluster_sizes`` counts clusters per stratum. ``reserve_sizes`` counts the units
    kept in order behind each sample (behind each cluster's sample, for the cluster method).
    """

    sample_sizes: Mapping[str, int]
    reserve_sizes: Mapping[str, int] = field(default_factory=dict)
    method: Method = Method.STRATIFIED
    cluster_sizes: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("sample_sizes", "reserve_sizes", "cluster_sizes"):
            for stratum, size in getattr(self, name).items():
                if isinstance(size, bool) or not isinstance(size, int) or size < 0:
                    raise DesignError(
                        f"{name} of stratum {stratum} must be a whole number of 0 or more",
                        code="design_bad_size",
                        stratum=stratum,
                        size=size,
                    )
        if not any(self.sample_sizes.values()):
            raise DesignError("the design samples no unit", code="design_empty")
        if self.method is Method.CLUSTER and not any(self.cluster_sizes.values()):
            raise DesignError("a cluster design needs clusters per stratum", code="design_clusters")

    def as_dict(self) -> dict[str, object]:
        """Return the design as plain data for certificates."""
        plain: dict[str, object] = {
            "method": self.method.value,
            "sample_sizes": dict(self.sample_sizes),
            "reserve_sizes": dict(self.reserve_sizes),
        }
        if self.cluster_sizes:
            plain["cluster_sizes"] = dict(self.cluster_sizes)
        return plain

    @property
    def sha256(self) -> str:
        """SHA-256 of the canonical JSON of the design."""
        text = json.dumps(self.as_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class StratumPlan:
    """What a design means in one stratum of a given frame.

    ``is_census`` is true when at least as many units were asked for as the stratum holds: then
    every unit is taken and ``sample_size`` is smaller than or equal to ``requested_size``.
    """

    stratum: str
    population_size: int
    requested_size: int
    sample_size: int
    reserve_size: int
    is_census: bool


def equal(strata: Iterable[str], sample_size: int, *, reserve_size: int = 0) -> SampleDesign:
    """Return a stratified design with the same sizes in every stratum.

    Parameters
    ----------
    strata : iterable of str
        Names of the strata, as in the frame.
    sample_size, reserve_size : int
        Units per stratum.

    Returns
    -------
    SampleDesign

    Examples
    --------
    >>> equal(["江岸", "江汉"], 60, reserve_size=10).sample_sizes["江汉"]
    60
    """
    names = list(strata)
    return SampleDesign(
        dict.fromkeys(names, sample_size),
        dict.fromkeys(names, reserve_size) if reserve_size else {},
    )


def plan(design: SampleDesign, stratum_sizes: Mapping[str, int]) -> tuple[StratumPlan, ...]:
    """Return what the design means for a frame with these stratum sizes.

    Parameters
    ----------
    design : SampleDesign
        Stratified or Pareto design.
    stratum_sizes : mapping of str to int
        Units in the frame, by stratum.

    Returns
    -------
    tuple of StratumPlan
        In the order of the strata's names. A request above the stratum's size becomes a census
        of that stratum and says so.

    Raises
    ------
    DesignError
        If a stratum of the frame has no size in the design (write 0 to leave it out), or the
        design names a stratum that the frame does not have with a size above 0.

    Examples
    --------
    >>> plan(equal(["a"], 60), {"a": 12})[0].is_census
    True
    """
    missing = sorted(set(stratum_sizes) - set(design.sample_sizes))
    if missing:
        raise DesignError(
            f"the design gives no size for {', '.join(missing)}",
            code="design_missing_stratum",
            strata="、".join(missing),
        )
    unknown = sorted(
        name for name, size in design.sample_sizes.items() if size and name not in stratum_sizes
    )
    if unknown:
        raise DesignError(
            f"the frame has no stratum {', '.join(unknown)}",
            code="design_unknown_stratum",
            strata="、".join(unknown),
        )
    plans = []
    for stratum in sorted(stratum_sizes):
        big_n = stratum_sizes[stratum]
        requested = design.sample_sizes[stratum]
        n = min(requested, big_n)
        plans.append(
            StratumPlan(
                stratum=stratum,
                population_size=big_n,
                requested_size=requested,
                sample_size=n,
                reserve_size=min(design.reserve_sizes.get(stratum, 0), big_n - n),
                is_census=requested >= big_n,
            )
        )
    return tuple(plans)
