"""Reference cases of classical statistics and composite indices."""

import json
from pathlib import Path

import numpy as np

from evaluation.analysis.normalise import aggregated, distance_to_target, goalposts, normalised
from sampling.attributes import exact_limits, upper_deviation_limit
from sampling.intervals import ShareSample, share_interval
from sampling.reliability import cronbach_alpha
from tests.statistics.comparison import Row, compared

DATA = Path(__file__).parents[1] / "data" / "reference"
ELSEWHERE = {
    "power.prop.test": "sizes and power: sampling.power has its own tests",
    "power.t.test": "sizes and power: sampling.power has its own tests",
    "power.t.test.paired": "sizes and power: sampling.power has its own tests",
    "n_prop_fpc": "sizes and power: sampling.size has its own tests",
    "prop.trend.test": "not offered: tests for simple random samples",
    "prop.test4": "not offered: tests for simple random samples",
    "trend3waves": "not offered: tests for simple random samples",
    "polr_housing": "not offered: regression",
}


def classical_rows():
    cases = json.loads((DATA / "classical" / "reference_classical.json").read_text())["cases"]
    for number, case in enumerate(cases):
        case = case | {"id": f"{case['id']}#{number + 1}"}
        kind = case["id"].split("#")[0]
        if kind == "binom_ci":
            x, n = case["x"], case["n"]
            found = exact_limits(x, n, None)
            ours = [found.lower, found.upper]
            yield compared(case, "Clopper-Pearson", ours, case["clopper_pearson"])
            sample = ShareSample(x / n, x * (n - x) / n**3, n, 1e15, n, 1e9)
            yield compared(case, "Wilson", share_interval(sample), case["wilson"])
        elif kind == "hypergeom_zero_upper":
            limit = upper_deviation_limit(0, case["n"], case["N"]) * case["N"]
            yield compared(case, "largest K", limit, case["K_upper"])
        else:
            yield Row(case["id"], "", None, None, 0, note=ELSEWHERE.get(kind, "not read"))


def composite_rows():
    cases = json.loads((DATA / "composite" / "reference_composite.json").read_text())["cases"]
    extract = json.loads((DATA / "composite" / "asem_extract.json").read_text())
    for case in cases:
        kind = case["id"].split("/")[0]
        if kind == "normalise":
            yield from _normalise(case, extract)
        elif kind == "aggregate":
            yield from _aggregate(case, extract)
        elif kind == "n_goalposts":
            found = goalposts(_numbers(case["x"]), 10, 90, 100, direction=-1)
            yield compared(case, "values", _known(found), _known(_numbers(case["y"])), 1e-10)
        elif kind == "n_dist2targ":
            found = distance_to_target(_numbers(case["x"]), 80)
            yield compared(case, "values", _known(found), _known(_numbers(case["y"])), 1e-10)
        elif kind == "cronbach":
            items = np.array(extract["p2p_raw"], dtype=float)
            note = "COINr takes pairwise complete values, ours complete rows"
            yield compared(case, "alpha", cronbach_alpha(items).value, case["alpha"], note=note)
        else:
            yield Row(
                case["id"], "", None, None, 0, note="not offered: step of COINr not used here"
            )


def _numbers(values):
    return np.array([np.nan if v is None else v for v in values], dtype=float)


def _known(values):
    return np.asarray(values)[~np.isnan(np.asarray(values, dtype=float))]


def _normalise(case, extract):
    method = case["id"].split("/n_")[1]
    ours, reference = [], []
    for column in extract["normalise"]:
        found = normalised(_numbers(column["raw"]), method, direction=int(column["direction"]))
        ours.append(_known(found))
        reference.append(_known(_numbers(column[f"n_{method}"])))
    yield compared(case, "values", np.concatenate(ours), np.concatenate(reference), 1e-10)


def _aggregate(case, extract):
    name = {"a_amean": "arithmetic", "a_gmean": "geometric", "a_hmean": "harmonic"}[
        case["id"].split("/")[1]
    ]
    part = extract["aggregate"]
    values = np.array([_numbers(row) for row in part["values"]])
    found = aggregated(values, part["weights"], name)
    yield compared(case, part["name"], found, part[case["id"].split("/")[1]], 1e-10)
