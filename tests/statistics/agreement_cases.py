"""Reference cases of agreement and reliability (irrCAC, vcd, psych, published examples)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from sampling.agreement import agreement, ratings
from sampling.krippendorff import krippendorff_alpha
from sampling.reliability import alpha_if_dropped, cronbach_alpha, factor_loadings, mcdonald_omega
from tests.statistics.comparison import Row, compared

FOLDER = Path(__file__).parents[1] / "data" / "reference" / "agreement"
NAMES = {
    "gwet": "gwet",
    "fleiss": "fleiss",
    "krippendorff": "krippendorff",
    "bp": "brennan_prediger",
    "cohen": "cohen",
    "scott": "fleiss",
    "pa": "percent",
}
LARGE = "reference divides by n, ours by n-1; compared after that factor"
WEIGHTS = {"unweighted": "identity"}


def _expanded(table):
    table = np.asarray(table)
    rows, columns = np.indices(table.shape)
    times = table.ravel()
    return ratings(
        np.column_stack([np.repeat(rows.ravel(), times) + 1, np.repeat(columns.ravel(), times) + 1])
    )


def rows():
    cases = json.loads((FOLDER / "reference_agreement.json").read_text())["cases"]
    for case in cases:
        area = case["id"].split("/")[0]
        if area == "vcdKappa":
            yield from _vcd(case)
        elif area == "psychKappa":
            yield from _psych(case)
        elif area == "published":
            yield from _published(case)
        elif area == "alpha":
            yield from _alpha(case)
        elif area == "omega":
            yield from _omega(case)
        else:
            yield from _coefficients(case)


def _coefficients(case):
    kind = case["id"].rsplit("/", 1)[1]
    weights = WEIGHTS.get(kind, kind)
    raw = "file" in case
    readings = ratings(pd.read_csv(FOLDER / case["file"])) if raw else _expanded(case["table"])
    if "conger" in case:
        yield Row(case["id"], "conger", None, None, 0, note="not offered: Conger's kappa")
    for name, ours in NAMES.items():
        if name not in case or not isinstance(case[name], dict):
            continue
        found = agreement(readings, ours, weights=weights)
        tolerance = 6e-6 if raw else 1e-10
        n = found.estimate.n_sampled
        factor, note = (1.0, "") if raw else (np.sqrt((n - 1) / n), LARGE)
        yield compared(case, name, found.value, case[name]["coeff"], tolerance, absolute=True)
        yield compared(
            case,
            f"{name} se",
            found.estimate.standard_error * factor,
            case[name]["se"],
            tolerance,
            note,
            absolute=True,
        )


def _vcd(case):
    readings = _expanded(case["table"])
    for name, weights in (
        ("unweighted", "identity"),
        ("weighted_equal_spacing", "linear"),
        ("weighted_fleiss_cohen", "quadratic"),
    ):
        found = agreement(readings, "cohen", weights=weights)
        n = found.subject_values.size
        large_sample = found.estimate.standard_error * np.sqrt((n - 1) / n)
        yield compared(case, name, found.value, case[name][0], 1e-10)
        yield compared(
            case,
            f"{name} se",
            large_sample,
            case[name][1],
            1e-10,
            LARGE,
        )


def _psych(case):
    readings = _expanded(case["table"])
    plain = agreement(readings, "cohen")
    near = agreement(readings, "cohen", weights="quadratic")
    yield compared(case, "kappa", plain.value, case["kappa"], 1e-10)
    yield compared(case, "weighted kappa", near.value, case["weighted_quadratic"], 1e-10)


def _published(case):
    if "counts" in case:
        counts = np.asarray(case["counts"])
        readings = ratings([np.repeat(np.arange(c.size), c).tolist() for c in counts])
        found = agreement(readings, "fleiss")
        yield compared(case, "fleiss", found.value, case["fleiss"]["coeff"], 1e-10)
        yield compared(case, "fleiss se", found.estimate.standard_error, case["fleiss"]["se"], 1e-8)
        yield compared(case, "published", found.value, case["published"], 6e-4, absolute=True)
    elif "ratings_coders_by_units" in case:
        table = pd.DataFrame(case["ratings_coders_by_units"]).T
        for metric, value in case["published"].items():
            found = krippendorff_alpha(ratings(table), metric)
            yield compared(case, metric, found.value, value, 6e-4, absolute=True)
    else:
        yield Row(case["id"], "", None, None, 0, note="not read")


def _alpha(case):
    items = pd.read_csv(FOLDER / case["file"])
    if case["file"] == "USJudgeRatings.csv":
        items = items.iloc[:, 1:]
    found, result = cronbach_alpha(items), case["result"]
    yield compared(case, "alpha", found.value, result["raw_alpha"])
    yield compared(case, "lower", found.lower, result["feldt"]["lower"])
    yield compared(case, "upper", found.upper, result["feldt"]["upper"])
    yield compared(case, "alpha if dropped", alpha_if_dropped(items), result["alpha_if_dropped"])


def _omega(case):
    items = pd.read_csv(FOLDER / case["file"])
    note = "R stops its optimiser early"
    yield compared(case, "loadings", factor_loadings(items), case["loadings"], 1e-4, note)
    yield compared(case, "omega", mcdonald_omega(items).value, case["omega_total_ml"], 1e-5, note)
