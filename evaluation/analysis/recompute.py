"""Court statistics recomputed case by case from the register, beside what the court reported.

Only fields that a register carries; net days and measures need files. Leaves out sampling.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

LIMIT_MONTHS = 6


def figures_from_register(
    rows: pd.DataFrame, period_from: date, period_to: date
) -> dict[str, dict[str, int]]:
    """Count the fields of each court from the rows of a register.

    Parameters
    ----------
    rows : DataFrame
        Columns ``court_code``, ``filed_on``, ``closed_on``, ``closure_method``,
        ``property_label``, ``claim_fen``, ``recovered_fen``; one row per case.
    period_from, period_to : date
        First and last day of the period; cases count by the day of closing.

    Returns
    -------
    dict
        Fields by court code. A field is left out where the register lacks the column's values.

    Notes
    -----
    Within the limit means closed no later than six calendar months after filing, nothing
    excluded, so it corresponds to ``closed_within_limit_gross``.

    Examples
    --------
    >>> day = date
    >>> table = pd.DataFrame({
    ...     "court_code": ["A", "A"], "filed_on": [day(2016, 1, 4), day(2016, 1, 4)],
    ...     "closed_on": [day(2016, 3, 4), None], "closure_method": ["completed", None],
    ...     "property_label": ["yes", "yes"], "claim_fen": [100, 100], "recovered_fen": [100, 0]})
    >>> found = figures_from_register(table, day(2016, 1, 1), day(2016, 12, 31))["A"]
    >>> found["closed_total"], found["filed_cases"], found["total_cycle_days_gross"]
    (1, 2, 60)
    """
    frame = rows.copy()
    for name in ("filed_on", "closed_on"):
        frame[name] = pd.to_datetime(frame[name])
    first, last = pd.Timestamp(period_from), pd.Timestamp(period_to)
    result = {}
    for code, court in frame.groupby("court_code", sort=True):
        closed = court[court["closed_on"].between(first, last)]
        figures = {
            "filed_cases": int(court["filed_on"].between(first, last).sum()),
            "closed_total": len(closed),
        }
        figures |= _closures(closed) | _property(closed) | _times(closed) | _amounts(closed)
        result[str(code)] = figures
    return result


def _closures(closed: pd.DataFrame) -> dict[str, int]:
    if closed["closure_method"].isna().any():
        return {}
    method = closed["closure_method"]
    figures = {
        "closed_completed": int((method == "completed").sum()),
        "closed_terminated_round": int((method == "terminated_this_round").sum()),
    }
    if not closed["recovered_fen"].isna().any():
        partial = (method != "completed") & (closed["recovered_fen"] > 0)
        figures["closed_partial"] = int(partial.sum())
    return figures


def _property(closed: pd.DataFrame) -> dict[str, int]:
    label = closed["property_label"]
    if label.isna().any() or not label.isin(["yes", "no"]).all():
        return {}
    has = label == "yes"
    completed = closed["closure_method"] == "completed"
    terminated = closed["closure_method"] == "terminated_this_round"
    figures = {
        "property_cases": int(has.sum()),
        "property_cases_completed": int((has & completed).sum()),
        "closed_terminated_no_property": int((~has & terminated).sum()),
    }
    if not closed["recovered_fen"].isna().any() and not closed["claim_fen"].isna().any():
        figures["applied_amount_property"] = int(closed.loc[has, "claim_fen"].sum())
        figures["recovered_amount_property"] = int(closed.loc[has, "recovered_fen"].sum())
    return figures


def _times(closed: pd.DataFrame) -> dict[str, int]:
    if closed["filed_on"].isna().any():
        return {}
    days = (closed["closed_on"] - closed["filed_on"]).dt.days
    due = closed["filed_on"] + pd.DateOffset(months=LIMIT_MONTHS)
    return {
        "total_cycle_days_gross": int(days.sum()),
        "closed_within_limit_gross": int((closed["closed_on"] <= due).sum()),
    }


def _amounts(closed: pd.DataFrame) -> dict[str, int]:
    known = closed[["claim_fen", "recovered_fen"]].notna().all(axis=None)
    if not known:
        return {}
    return {
        "applied_amount_closed": int(closed["claim_fen"].sum()),
        "recovered_amount_closed": int(closed["recovered_fen"].sum()),
    }
