"""The draw: frame + design + seed → units in draw order, with a second, independent hashing.

Stratified simple random sampling, equal-probability clusters, and Pareto sampling proportional to
a measure of size, all with the same permanent tickets. Leaves out who may draw and when
(:mod:`sampling.certificate`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import duckdb

from sampling.design import Method, SampleDesign, StratumPlan
from sampling.draw_methods import DrawnUnit as DrawnUnit
from sampling.draw_methods import draw_cluster, draw_pareto, draw_stratified
from sampling.errors import DesignError, DrawError, FrameError
from sampling.frame import FrozenFrame, SamplingFrame, connect, source_name
from sampling.seed import check_seed


@dataclass(frozen=True)
class Draw:
    """One executed random selection, reproducible by anyone who has the frame and the seed."""

    seed: str
    design: SampleDesign
    strata: tuple[StratumPlan, ...]
    units: tuple[DrawnUnit, ...]
    frame_sha256: str | None = None

    @property
    def sample(self) -> tuple[DrawnUnit, ...]:
        """Units in the sample, by stratum and rank."""
        return tuple(unit for unit in self.units if unit.role == "sample")

    @property
    def reserve(self) -> tuple[DrawnUnit, ...]:
        """Units in reserve, by stratum and rank."""
        return tuple(unit for unit in self.units if unit.role == "reserve")


def draw(frame: SamplingFrame | FrozenFrame, design: SampleDesign, seed: str) -> Draw:
    r"""Draw a sample with permanent tickets; the order of the frame's rows never matters.

    Parameters
    ----------
    frame : SamplingFrame or FrozenFrame
        List of units. Only a frozen frame can have a certificate.
    design : SampleDesign
        Method and sizes. A request above the stratum's size becomes a census of that stratum.
    seed : str
        Public seed, see :func:`sampling.seed.check_seed`.

    Returns
    -------
    Draw
        Ranks 1 to n of each stratum are the sample in draw order, the next ones the reserve.

    Raises
    ------
    SeedError
        If the seed is unusable; have another one given in public.
    DesignError
        If design and frame do not fit each other; change the design before there is a seed.
    FrameError
        If the frame cannot be read or repeats an identifier that was drawn.
    DrawError
        If DuckDB and hashlib disagree about a ticket. Do not use the draw; report the fault.

    Notes
    -----
    Stratified: :math:`t_i = \mathrm{SHA256}(seed \,|\, id_i)`; the :math:`n_h` smallest tickets.
    Pareto: :math:`u_i` from the ticket, :math:`\lambda_i = n x_i / \sum x`, the :math:`n` smallest
    :math:`\frac{u_i / (1 - u_i)}{\lambda_i / (1 - \lambda_i)}`; units with
    :math:`\lambda_i \ge 1` are taken first.

    References
    ----------
    Rosén, B. (1997). On sampling with probability proportional to size. *Journal of Statistical
    Planning and Inference* 62, 159-191. Ohlsson, E. (1995). Coordination of samples using
    permanent random numbers. In *Business Survey Methods*, Wiley, chapter 9.

    Examples
    --------
    >>> from sampling.design import equal
    >>> from sampling.frame import from_units
    >>> frame = from_units([(f"case {i}", "a" if i % 2 else "b") for i in range(40)])
    >>> drawn = draw(frame, equal(["a", "b"], 2, reserve_size=1), "41596728109384756012")
    >>> [(u.stratum, u.rank, u.unit_id, u.role) for u in drawn.units][:3]
    [('a', 1, 'case 31', 'sample'), ('a', 2, 'case 17', 'sample'), ('a', 3, 'case 25', 'reserve')]
    """
    check_seed(seed)
    source = frame.frame if isinstance(frame, FrozenFrame) else frame
    with connect() as connection:
        try:
            drawn = _METHODS[design.method](connection, source, design, seed)
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise FrameError(
                f"the frame cannot be read: {reason}",
                code="frame_unreadable",
                path=source_name(source),
                reason=reason,
            ) from error
    strata, units = drawn
    _check_again(units)
    digest = frame.sha256 if isinstance(frame, FrozenFrame) else None
    return Draw(seed, design, strata, tuple(units), digest)


def extend(
    frame: SamplingFrame | FrozenFrame, earlier: Draw, additional: Mapping[str, int]
) -> Draw:
    """Return the same draw made longer: the next ranks, never a new seed.

    Parameters
    ----------
    frame : SamplingFrame or FrozenFrame
        The frame of the earlier draw.
    earlier : Draw
        The draw to lengthen.
    additional : mapping of str to int
        Further units per stratum.

    Returns
    -------
    Draw
        Equal to the draw that would have been made with the larger sizes at once.

    Raises
    ------
    DrawError
        If the frame gives another beginning than the earlier draw: it is not the same frame.
    DesignError
        If the draw is proportional to size: its order depends on the planned size, so a longer
        list is not an extension. Use its reserve, or draw a second sample from the remainder.

    Examples
    --------
    >>> from sampling.design import equal
    >>> from sampling.frame import from_units
    >>> frame = from_units([(f"case {i}", "a") for i in range(40)])
    >>> seed = "41596728109384756012"
    >>> longer = extend(frame, draw(frame, equal(["a"], 2), seed), {"a": 3})
    >>> longer == draw(frame, equal(["a"], 5), seed)
    True
    """
    if earlier.design.method is Method.PARETO:
        raise DesignError(
            "a draw proportional to size cannot be extended", code="design_pareto_extension"
        )
    sizes = dict(earlier.design.sample_sizes)
    for stratum, more in additional.items():
        if stratum not in sizes or more < 0:
            raise DesignError(
                f"cannot extend stratum {stratum} by {more}",
                code="design_bad_size",
                stratum=stratum,
                size=more,
            )
        sizes[stratum] += more
    longer = draw(frame, replace(earlier.design, sample_sizes=sizes), earlier.seed)
    later = {unit.ticket: unit for unit in longer.sample}
    if any(unit.ticket not in later for unit in earlier.sample):
        raise DrawError(
            "the frame does not reproduce the earlier sample", code="draw_not_reproduced"
        )
    return longer


def overlap(earlier: Draw, later: Draw) -> tuple[str, ...]:
    """Return the identifiers that both samples contain, in sorted order.

    With the same seed the tickets are permanent, so the overlap is as large as the changes of the
    frame allow: what a comparison between two rounds wants.

    Examples
    --------
    >>> from sampling.design import equal
    >>> from sampling.frame import from_units
    >>> frame = from_units([(f"case {i}", "a") for i in range(40)])
    >>> seed = "41596728109384756012"
    >>> small, large = (draw(frame, equal(["a"], n), seed) for n in (2, 5))
    >>> len(overlap(small, large))
    2
    """
    return tuple(
        sorted({unit.unit_id for unit in earlier.sample} & {unit.unit_id for unit in later.sample})
    )


def _check_again(units: list[DrawnUnit]) -> None:
    """Check that no unit occurs twice and that hashlib's tickets are in the order of DuckDB's."""
    n_distinct = len({unit.unit_id for unit in units})
    if n_distinct < len(units):
        raise FrameError(
            "the frame repeats an identifier that was drawn",
            code="frame_repeated_units",
            count=len(units) - n_distinct,
            examples="",
        )
    for previous, unit in pairwise(units):
        if (
            previous.ticket >= unit.ticket
            and previous.stratum == unit.stratum
            and previous.cluster == unit.cluster
            and unit.measure_of_size is None
        ):
            raise DrawError("DuckDB and hashlib disagree about the order", code="draw_disagrees")


_METHODS = {
    Method.STRATIFIED: draw_stratified,
    Method.CLUSTER: draw_cluster,
    Method.PARETO: draw_pareto,
}
