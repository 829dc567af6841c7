"""Reference cases of the draw, of sample sizes and of allocation, as rows of the table."""

import json
import math
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from sampling import power, selection, size
from sampling.bethel import StratumMoments, bethel
from sampling.cost_allocation import for_budget, for_variance
from sampling.design import SampleDesign
from sampling.frame import load
from sampling.seed import ticket
from tests.statistics.comparison import Row, compared

FOLDER = Path(__file__).parents[1] / "data" / "reference"
INVERTED = (
    "R has N/(N-1) upside down in nLogOdds: note 11 and tests/sampling/test_sizes.py repeat it"
)


def draw_rows() -> Iterator[Row]:
    golden = json.loads((FOLDER / "draw" / "golden_draw.json").read_text())
    for vector in golden["vectors"]:
        ours = ticket(golden["seed"], vector["case_id"])
        yield _equal(f"ticket {vector['case_id']}", "ticket", ours, vector["ticket_pipe"])
    frame = load(FOLDER / "draw" / "frame_2000.csv", unit="case_id")
    drawn = selection.draw(frame, SampleDesign(golden["n_h"]), golden["seed"])
    for stratum, expected in golden["sample_pipe"].items():
        ours = [unit.unit_id for unit in drawn.sample if unit.stratum == stratum]
        yield _equal(f"frame_2000 stratum {stratum}", f"{len(expected)} ids", ours, expected)


def _equal(case: str, quantity: str, ours: object, reference: object) -> Row:
    difference = 0.0 if ours == reference else 1.0
    return Row(case.replace("|", "/"), quantity, "identical", "identical", 0.0, difference)


def allocation_rows() -> Iterator[Row]:
    cases = json.loads((FOLDER / "allocation" / "reference_allocation.json").read_text())["cases"]
    for case in cases:
        name = case["id"]
        if name.startswith("bethel"):
            yield _bethel(case)
        elif name.startswith("strAlloc"):
            yield _stratified(case)
        else:
            yield _SIZES[name](case)


def _stratified(case: dict) -> Row:
    if case["id"] == "strAlloc/totcost":
        ours = for_budget(100_000, case["Nh"], case["Sh"], case["ch"])
    else:
        ours = for_variance(0.05 * case["ybarU"], case["Nh"], case["Sh"], case["ch"])
    return compared(case, "n", ours, case["nh"], 1e-10)


def _bethel(case: dict) -> Row:
    table = pd.read_csv(FOLDER / "allocation" / case["file"])
    if "dom" in case:
        table = table[case["dom"] == table.DOM1]
    columns = range(1, len(case["cv"]) + 1)
    found = bethel(
        StratumMoments(
            table.N.to_numpy(),
            table[[f"M{j}" for j in columns]].to_numpy(),
            table[[f"S{j}" for j in columns]].to_numpy(),
            table.DOM1.to_numpy(),
            table.cost.to_numpy(),
        ),
        case["cv"],
    )
    is_met = (found.coefficients <= [limit * (1 + 1e-9) for limit in case["cv"]]).all()
    excess = max(0.0, found.cost / case["total"] - 1)
    saved = f"{found.cost:.1f} files against {case['total']:.1f}; every limit met: {bool(is_met)}"
    return Row(
        case["id"],
        "total at most",
        f"{found.cost:.6g}",
        f"{case['total']:.6g}",
        1e-8,
        excess if is_met else 1.0,
        saved,
    )


def _given(case: dict) -> dict[str, float]:
    inside = case["call"].split("(", 1)[1].split("#")[0].rsplit(")", 1)[0]
    found = {}
    for part in inside.split(","):
        name, _equals, value = part.partition("=")
        try:
            found[name.strip()] = math.inf if value.strip() == "Inf" else float(value)
        except ValueError:
            continue
    return found


def _n_prop(case: dict) -> Row:
    given = _given(case)
    ours = size.for_proportion(
        given["pU"], coefficient_of_variation=given["CV0"], population_size=given["N"]
    )
    return compared({**case, "id": case["call"]}, "n", ours, case["n"], 1e-10)


def _n_log_odds(case: dict) -> Row:
    given = _given(case)
    ours = size.for_proportion_logit(given["pU"], half_width=given["e"], population_size=given["N"])
    return compared({**case, "id": case["call"]}, "n", ours, case["n"], 1e-10, INVERTED)


def _n_two_proportions(case: dict) -> Row:
    given = _given(case)
    first, second = given["px"], given["py"]
    overlap = power.Overlap(given["g"], given["pxy"] - first * second, given["r"])
    ours = power.for_change(
        first * (1 - first), second * (1 - second), second - first, overlap=overlap
    )
    label = {**case, "id": f"nProp2sam, overlap {given['g']:g}"}
    return compared(label, "n1, n2", [ours.first, ours.second], [case["n1"], case["n2"]], 1e-10)


def _n_two_means(case: dict) -> Row:
    given = _given(case)
    covariance = given["rho"] * math.sqrt(given["S2x"] * given["S2y"])
    ours = power.for_change(
        given["S2x"], given["S2y"], given["del"], overlap=power.Overlap(given["g"], covariance)
    )
    label = {**case, "id": f"nDep2sam, overlap {given['g']:g}"}
    return compared(label, "n1, n2", [ours.first, ours.second], [case["n1"], case["n2"]], 1e-10)


def _n_audit(case: dict) -> Row:
    given = _given(case)
    arguments = {"confidence": given["CL"], "accepted_deviations": int(given["AccDev"])}
    ours = [
        power.for_discovery(given["TolRate"], population_size=int(given["N"]), **arguments),
        power.for_discovery(given["TolRate"], **arguments),
    ]
    return compared(case, "hypergeometric, binomial", ours, [case["hyper"], case["binom"]], 1e-10)


def _design_effect(case: dict) -> Row:
    ours = size.design_effect_of_weights(case["w"])
    return compared(case, "design effect", ours, case["deff"], 1e-10)


_SIZES = {
    "nProp": _n_prop,
    "nLogOdds": _n_log_odds,
    "nProp2sam": _n_two_proportions,
    "nDep2sam": _n_two_means,
    "nAuditAttr": _n_audit,
    "deffK": _design_effect,
}
