"""Results of case review: compliance with design-based intervals, terminated rounds, labels.

Leaves out agreement, recusal and the storeroom: see ``review_quality``.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from evaluation.analysis.results import ResultKind, ResultUnit, ResultValue
from evaluation.language import N_, _
from evaluation.services.results import review_data, review_durations, review_quality
from evaluation.services.results.review_data import (
    FAIL,
    NOT_APPLICABLE,
    NOT_IN_FILE,
    NOT_VERIFIED,
    PASS,
    ReviewData,
)
from evaluation.services.results.review_shares import SOURCE, Floats, Mask, as_result, share
from sampling.estimation import ratio
from sampling.structure import SurveyDesign, survey_design

LABEL_NAMES = {
    "yes": "property",
    "no": "no_property",
    "unmarked": "unmarked",
    "undecidable": "undecidable",
}


def collect(session: Session, round_id: int) -> list[ResultValue]:
    """Return every result of the case review of a round; none when nothing is submitted."""
    return collect_from(session, round_id, review_data.load(session, round_id))


def collect_from(session: Session, round_id: int, data: ReviewData) -> list[ResultValue]:
    """Return the same from readings that are loaded already."""
    found = list(review_quality.collect(session, round_id, data))
    if not data.files:
        return found
    design = design_of(data)
    found += list(_counts(data))
    found += list(_items(data, design))
    found += list(_parts(data, design))
    found += list(_terminated(data, design))
    found += list(_classes(data, design))
    found += list(_labels(data, design))
    found += list(review_durations.collect(data, design))
    return found


def design_of(data: ReviewData) -> SurveyDesign:
    """Return the stratified design of the reviewed files with their finite populations."""
    return survey_design(
        strata=data.strata, populations=data.populations.tolist(), lonely="average"
    )


def count(result_id: str, label: str, number: int) -> ResultValue:
    """Put an exact count of files into its published form."""
    return ResultValue(
        id=result_id,
        kind=ResultKind.COUNT,
        value=number,
        unit=ResultUnit.FILES,
        label=label,
        source=SOURCE,
    )


def _slices(data: ReviewData) -> list[tuple[str, str, Mask]]:
    """Return the city, each court and each closure method: id, name, which rows."""
    everything = np.ones(len(data.files), dtype=bool)
    found: list[tuple[str, str, Mask]] = [("city", "", everything)]
    courts = {file.court_code: file.court for file in data.files}
    codes = np.array([file.court_code for file in data.files])
    found += [(f"court.{code}", courts[code], codes == code) for code in sorted(courts)]
    field = next(field for field in data.checklist.header if field.code == "closure_method")
    closures = np.array([file.closure_method for file in data.files])
    for option in field.options:
        mask = closures == option.code
        if mask.any():
            found.append((f"closure.{option.code}", option.text, mask))
    return found


def _counts(data: ReviewData) -> Iterator[ResultValue]:
    yield count("review.files.drawn", _("抽中案卷数"), data.n_files)
    yield count("review.files.reviewed", _("已评查案卷数"), len(data.files))
    for name, title, mask in _slices(data)[1:]:
        if name.startswith("court."):
            label = _("已评查案卷数：{court}").format(court=title)
            yield count(f"review.files.{name}", label, int(mask.sum()))
    answered = data.codes >= 0
    applicable = int((answered & (data.codes != NOT_APPLICABLE)).sum())
    for key, code, label in (
        ("review.not_verified", NOT_VERIFIED, _("未能核验占比")),
        ("review.not_in_file", NOT_IN_FILE, _("案卷未见占比")),
    ):
        number = int((data.codes == code).sum())
        yield ResultValue(
            id=f"{key}.city",
            kind=ResultKind.SHARE,
            value=number / applicable if applicable else None,
            unit=ResultUnit.RATE,
            label=label,
            numerator=number,
            denominator=applicable,
            n_sampled=len(data.files),
            method="count",
            source=SOURCE,
        )


def _kept(codes: NDArray[np.int8]) -> Floats:
    kept = np.full(codes.shape, np.nan)
    kept[codes == PASS] = 1.0
    kept[(codes == FAIL) | (codes == NOT_IN_FILE)] = 0.0
    return kept


def _items(data: ReviewData, design: SurveyDesign) -> Iterator[ResultValue]:
    kept = _kept(data.codes)
    slices = _slices(data)
    for column, item in enumerate(data.checklist.items()):
        codes = data.codes[:, column]
        for name, title, mask in slices:
            label = item.text if not title else f"{item.text}：{title}"
            yield _item(
                data,
                design,
                (f"review.item.{item.code}.{name}", label),
                (codes, data.by_rule[:, column]),
                kept[:, column],
                mask,
            )


def _item(
    data: ReviewData,
    design: SurveyDesign,
    name: tuple[str, str],
    answers: tuple[NDArray[np.int8], Mask],
    kept: Floats,
    mask: Mask,
) -> ResultValue:
    codes, by_rule = answers
    tally = {code: int(((codes == n) & mask).sum()) for n, code in enumerate(review_data.CODES)}
    n_read = sum(tally.values())
    n_na, n_nv = tally[review_data.CODES[NOT_APPLICABLE]], tally[review_data.CODES[NOT_VERIFIED]]
    n_by_rule = int((by_rule & mask).sum())
    extra = {str(code): number for code, number in tally.items()} | {"by_rule": n_by_rule}
    note = ""
    # an item ruled out by its condition is not dodged: only what readers set aside counts
    if n_na - n_by_rule > data.checklist.not_applicable_limit * (n_read - n_by_rule):
        note = _("评查员认为不适用的案卷超过三成，不计算符合率。")
    if n_read > n_na and n_nv / (n_read - n_na) > data.checklist.not_verified_limit:
        note = _("未能核验的案卷超过三成，不出具结论。")
    estimate = None if note else share(design, kept, mask)
    passed, denominator = (
        tally[review_data.CODES[PASS]],
        n_read - n_na - n_nv,
    )
    if estimate is None:
        return ResultValue(
            id=name[0],
            kind=ResultKind.ESTIMATE,
            unit=ResultUnit.RATE,
            label=name[1],
            n_sampled=n_read - n_na,
            numerator=passed,
            denominator=denominator,
            source=SOURCE,
            note=note or _("没有适用且可核验的案卷。"),
            extra=extra,
        )
    return _with_extra(as_result(*name, estimate, passed, denominator), extra)


def _with_extra(value: ResultValue, extra: dict[str, int]) -> ResultValue:
    fields = {name: getattr(value, name) for name in value.__slots__}
    return ResultValue(**{**fields, "extra": extra})


def _parts(data: ReviewData, design: SurveyDesign) -> Iterator[ResultValue]:
    numbers = np.array([item.part for item in data.checklist.items()])
    passed = data.codes == PASS
    counted = passed | (data.codes == FAIL) | (data.codes == NOT_IN_FILE)
    for part in data.checklist.parts:
        columns = numbers == part.number
        y = passed[:, columns].sum(axis=1).astype(float)
        x = counted[:, columns].sum(axis=1).astype(float)
        for name, title, mask in _slices(data):
            where = mask & (x > 0)
            if not where.any():
                continue
            estimate = ratio(design, y, x, subpopulation=where).estimates()[0]
            label = part.text if not title else f"{part.text}：{title}"
            yield as_result(
                f"review.part.{part.number}.{name}",
                label,
                estimate,
                int(y[mask].sum()),
                int(x[mask].sum()),
            )


def _terminated(data: ReviewData, design: SurveyDesign) -> Iterator[ResultValue]:
    verdicts = [file.is_qualified for file in data.files]
    has = np.array([np.nan if one is None else float(one) for one in verdicts])
    closed = np.array([file.closure_method == "terminated_this_round" for file in data.files])
    for name, title, mask in _slices(data):
        estimate = share(design, has, mask)
        if estimate is None or name.startswith("closure."):
            continue
        known = mask & np.isfinite(has)
        undecided = int((closed & mask & ~np.isfinite(has)).sum())
        name_text = _("终本合格率") if not title else _("终本合格率：{court}").format(court=title)
        key = (f"review.terminated.qualified.{name}", name_text)
        passed, told = int(has[known].sum()), int(known.sum())
        if undecided > data.checklist.not_verified_limit * (told + undecided):
            yield _undecidable(key, passed, told, undecided)
            continue
        note = _("另有{n}份因未能核验而不能判断。").format(n=undecided) if undecided else ""
        yield as_result(*key, estimate, passed, told, note)


def _undecidable(key: tuple[str, str], passed: int, told: int, undecided: int) -> ResultValue:
    """Say between which bounds the rate lies when too many files cannot be decided.

    Files that are decided are mostly those with a fault, so a rate over them would mislead.
    """
    total = told + undecided
    return ResultValue(
        id=key[0],
        kind=ResultKind.ESTIMATE,
        unit=ResultUnit.RATE,
        label=key[1],
        n_sampled=total,
        numerator=passed,
        denominator=told,
        source=SOURCE,
        status="undecidable",
        note=_("{n}份中{m}份因副卷未能核验而不能判断，超过三成，不出具结论。").format(
            n=total, m=undecided
        ),
        extra={"lowest": passed, "highest": passed + undecided, "files": total},
    )


#: The four classes of the plan, by the beginning of the detailed code.
CLASSES = {
    "completed": N_("已执行完毕"),
    "hard": N_("执行难"),
    "unable": N_("执行不能"),
    "undecidable": N_("无法判断"),
}


def _classes(data: ReviewData, design: SurveyDesign) -> Iterator[ResultValue]:
    field = next(field for field in data.checklist.header if field.code == "difficulty_class")
    chosen = np.array([str(file.entries.get("difficulty_class", "")) for file in data.files])
    broad = np.array([code.split("_")[0] for code in chosen.tolist()])
    for code, title in CLASSES.items():
        yield from _class_shares(data, design, (f"review.class.{code}", _(title)), broad == code)
    for option in field.options:
        stem = f"review.class_detail.{option.code}"
        yield from _class_shares(data, design, (stem, option.text), chosen == option.code)


def _class_shares(
    data: ReviewData, design: SurveyDesign, name: tuple[str, str], is_chosen: Mask
) -> Iterator[ResultValue]:
    given = np.array([bool(file.entries.get("difficulty_class")) for file in data.files])
    has = np.where(given, is_chosen.astype(float), np.nan)
    for where, title, mask in _slices(data):
        estimate = share(design, has, mask)
        if estimate is None or where.startswith("closure."):
            continue
        label = name[1] if not title else f"{name[1]}：{title}"
        counted = int((is_chosen & mask).sum())
        yield as_result(f"{name[0]}.{where}", label, estimate, counted, int((given & mask).sum()))


def _label_table(
    place: str, title: str, court: NDArray[np.str_], own: NDArray[np.str_]
) -> Iterator[ResultValue]:
    """Count files by the court's label and the reviewers' judgment, the city or one court."""
    stem = "review.label" if place == "city" else f"review.label.{place}"
    labels = {"yes": _("有财产"), "no": _("无财产"), "unmarked": _("未标记")}
    judged = {"yes": _("有财产"), "no": _("无财产"), "undecidable": _("无法判断")}
    for one, court_word in labels.items():
        for other, own_word in judged.items():
            number = int(((court == one) & (own == other)).sum())
            label = _("法院认定{court}，评查认定{own}").format(court=court_word, own=own_word)
            name = f"{stem}.{LABEL_NAMES[one]}.{LABEL_NAMES[other]}"
            yield count(name, label if not title else f"{label}：{title}", number)


def _labels(data: ReviewData, design: SurveyDesign) -> Iterator[ResultValue]:
    court = np.array([file.property_label for file in data.files])
    own = np.array([str(file.entries.get("has_property_by_reviewer", "")) for file in data.files])
    comparable = np.isin(court, ["yes", "no"]) & np.isin(own, ["yes", "no"])
    has = np.where(comparable, (court != own).astype(float), np.nan)
    undecided = int((np.isin(court, ["yes", "no"]) & (own == "undecidable")).sum())
    yield count("review.label.undecidable", _("评查员无法判断"), undecided)
    yield count("review.label.unmarked", _("法院未标记"), int((court == "unmarked").sum()))
    for name, title, mask in _slices(data):
        if not name.startswith("closure."):
            yield from _label_table(name, title, court[mask], own[mask])
    for name, title, mask in _slices(data):
        estimate = share(design, has, mask)
        if estimate is None or name.startswith("closure."):
            continue
        label = _("有无财产认定不一致率")
        key = "review.label.disagreement" if name == "city" else f"review.label.disagreement.{name}"
        known = mask & comparable
        yield as_result(
            key,
            label if not title else f"{label}：{title}",
            estimate,
            int(has[known].sum()),
            int(known.sum()),
        )
