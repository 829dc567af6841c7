"""Court statistics of the demonstration: counted from the invented register, then reported.

Courts report a little better than their registers say, one of them with an error that the panel
finds; what no register carries is invented around the story of the round.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date

import numpy as np

from evaluation.domain.evaluation_round import RoundKind
from evaluation.services.court_return_reader import ReturnDraft
from evaluation.services.demo.register import InventedCase
from evaluation.services.demo.story import SEED, RoundStory, leaning
from sampling.seed import generator


def returns(cases: Sequence[InventedCase], story: RoundStory) -> list[ReturnDraft]:
    """Return one return per court for the year of the round."""
    by_court: dict[str, list[InventedCase]] = {}
    for case in cases:
        by_court.setdefault(case.court_code, []).append(case)
    return [
        ReturnDraft(
            code,
            date(story.year, 1, 1),
            date(story.year, 12, 31),
            {key: str(value) for key, value in _figures(code, own, story).items()},
            explanation="演示数据",
        )
        for code, own in sorted(by_court.items())
    ]


def _figures(code: str, cases: list[InventedCase], story: RoundStory) -> dict[str, float]:
    stream = generator(f"{SEED}|figures|{story.year}|{code}")
    lean = leaning(code, story.kind)
    closed = len(cases)
    figures = _from_register(cases, story, stream)
    figures |= _work(figures, closed, story, lean, stream)
    figures |= _rare(closed, story, lean, stream)
    figures |= _assets(closed, story, lean, stream)
    return figures


def _from_register(
    cases: list[InventedCase], story: RoundStory, stream: np.random.Generator
) -> dict[str, float]:
    closed = len(cases)
    completed = [case for case in cases if case.closure_method == "执行完毕"]
    terminated = [case for case in cases if case.closure_method == "终结本次执行程序"]
    has = [case for case in cases if case.property_label == "有"]
    property_completed = [case for case in completed if case.property_label == "有"]
    days = [(case.closed_on - case.filed_on).days for case in cases]
    in_limit = [case for case in cases if case.closed_on <= _due(case.filed_on)]
    own_in_limit = sum(case in in_limit for case in property_completed)
    net = [round(value * float(stream.uniform(0.88, 0.99))) for value in days]
    filed = closed + int(stream.integers(-closed // 12, closed // 10 + 1))
    return {
        "filed_cases": max(filed, 1),
        "carried_over_cases": max(0, closed - filed) + round(closed * 0.22),
        "closed_total": closed,
        "closed_completed": len(completed),
        "closed_partial": sum(
            case.closure_method != "执行完毕" and float(case.recovered_yuan) > 0 for case in cases
        ),
        "closed_terminated_round": len(terminated),
        "closed_terminated_no_property": sum(case.property_label == "无" for case in terminated),
        "closed_settled": round(closed * 0.06),
        "property_cases": len(has),
        "property_cases_completed": len(property_completed),
        "property_completed_in_limit": own_in_limit,
        "closed_within_limit_gross": len(in_limit),
        "closed_within_limit": min(closed, len(in_limit) + round((closed - len(in_limit)) * 0.45)),
        "total_cycle_days_gross": sum(days),
        "total_cycle_days": sum(net),
        "completed_cycle_days": sum(
            value for value, case in zip(net, cases, strict=True) if case in completed
        ),
        "applied_amount_closed": _yuan(sum(float(case.claim_yuan) for case in cases)),
        "recovered_amount_closed": _yuan(sum(float(case.recovered_yuan) for case in cases)),
        "applied_amount_property": _yuan(sum(float(case.claim_yuan) for case in has)),
        "recovered_amount_property": _yuan(sum(float(case.recovered_yuan) for case in has)),
        "closed_three_years": round(closed * 2.9),
        "handled_three_years": round(closed * 2.9 / (0.78 + 0.02 * (story.year - 2016))),
    }


def _yuan(value: float) -> float:
    return round(value, 2)


def _due(filed_on: date) -> date:
    month = filed_on.month + 6
    year, month = filed_on.year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(filed_on.day, calendar.monthrange(year, month)[1]))


def _work(
    figures: dict[str, float],
    closed: int,
    story: RoundStory,
    lean: float,
    stream: np.random.Generator,
) -> dict[str, float]:
    due = 4 * closed
    disclosed = min(0.999, story.disclosure + 0.02 * lean + float(stream.normal(0, 0.006)))
    measures_due = round(closed * 0.86)
    rate = min(0.99, 0.80 + 0.07 * story.diligence + 0.05 * lean + float(stream.normal(0, 0.01)))
    taken = round(measures_due * rate)
    judgments = round(closed * 2.1)
    return {
        "open_overdue_cases": round(
            (figures["carried_over_cases"]) * max(0.03, 0.16 - 0.05 * story.diligence)
        ),
        "disclosure_items_due": due,
        "disclosure_items_done": round(due * disclosed),
        "disclosure_full_cases": round(closed * max(0.0, disclosed - 0.06)),
        "measure_due_cases": measures_due,
        "measure_taken_cases": taken,
        "measure_taken_in_time_cases": round(taken * (0.82 + 0.05 * story.diligence)),
        "voluntary_completed": round(closed * (0.15 + 0.04 * story.diligence)),
        "effective_judgments_with_payment": judgments,
        "judgments_entering_enforcement": round(judgments * (0.52 - 0.03 * story.diligence)),
        "refund_payments": round(closed * 0.5),
        "refund_days_total": round(
            closed * 0.5 * (24 - 6 * story.diligence - 3 * lean + float(stream.normal(0, 1)))
        ),
        "resumed_cases": round(closed * (0.02 + 0.012 * story.diligence)),
        "terminated_round_stock": round(figures["closed_terminated_round"] * 3.2),
    }


def _rare(
    closed: int, story: RoundStory, lean: float, stream: np.random.Generator
) -> dict[str, float]:
    objections = int(stream.poisson(closed * 0.035)) + 1
    share = max(0.03, 0.17 - 0.04 * story.diligence - 0.03 * lean)
    revoked = int(stream.binomial(objections, share))
    petitions = int(stream.poisson(closed * max(0.002, story.petition_rate - 0.004 * lean)))
    compensation = int(stream.random() < 0.06 and story.kind is not RoundKind.FINAL)
    return {
        "objections_closed": objections,
        "acts_revoked_or_changed": revoked,
        "compensation_cases": compensation,
        "compensation_amount": 68000 * compensation,
        "petition_cases": petitions,
        "petition_visits": round(petitions * 1.7),
        "petition_resolved": int(
            stream.binomial(petitions, min(0.97, 0.80 + 0.08 * story.diligence))
        ),
    }


def _assets(
    closed: int, story: RoundStory, lean: float, stream: np.random.Generator
) -> dict[str, float]:
    disposed = max(4, round(closed * 0.09))
    sold = int(stream.binomial(disposed, min(0.92, 0.58 + 0.12 * story.diligence + 0.05 * lean)))
    value = disposed * float(stream.uniform(780_000, 1_150_000))
    sold_value = value * sold / disposed * float(stream.uniform(0.9, 1.0))
    return {
        "disposed_lots": disposed,
        "sold_lots": sold,
        "appraised_value_disposed": _yuan(value),
        "appraised_value_sold": _yuan(sold_value),
        "hammer_price_sold": _yuan(sold_value * (0.79 + 0.07 * story.diligence + 0.03 * lean)),
    }
