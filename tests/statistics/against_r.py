"""The command ``estimate`` beside the R package survey on the same random tables.

``python -m tests.statistics.against_r 200`` compares 200 random tables and prints what differs.
R is asked once: Python writes one R program for all questions, R answers with full precision.
"""

import json
import math
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats
from typer.testing import CliRunner

from evaluation.cli import estimate

RSCRIPT = shutil.which("Rscript")
R_METHODS = ("logit", "beta", "xlogit", "mean", "asin")
HEAD = """options(warn = -1, digits = 17)
suppressPackageStartupMessages(library(survey))
say <- function(id, expr) {
  got <- tryCatch(expr, error = function(e) conditionMessage(e))
  if (is.character(got)) cat(id, "error", gsub("\\n", " ", got), "\\n", sep = "\\t")
  else cat(id, sprintf("%.17g", got), "\\n", sep = "\\t")
}
# R 4.1-1 gives the second value for a probability below the first share; see quirks in the page
math <- function(x, w, p) {
  x <- x[w > 0]; w <- w[w > 0]
  if (p * sum(w) <= w[order(x)][1]) min(x) else survey:::qrule_math(x, w, p)
}
moments <- function(d, y) {
  m <- svymean(y, d); c(coef(m), SE(m), degf(d), nrow(d), sum(weights(d)), sum(weights(d)^2))
}
"""


@dataclass
class Question:
    """One invocation of the command and the R expression that answers the same."""

    arguments: list[str]
    r: str
    kind: str
    interval: str = ""
    is_split: bool = False
    labels: list[str] = field(default_factory=list)


def installed():
    if RSCRIPT is None:
        return False
    command = [RSCRIPT, "-e", "library(survey)"]
    found = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 -- R itself
    return found.returncode == 0


# ------------------------------------------------------------------ tables and designs


def table(random, kind):
    """A random sample with the columns that its design needs, and the options of both programs."""
    strata = [f"s{h}" for h in range(random.integers(3, 6))]
    rows = []
    for h, stratum in enumerate(strata):
        n_units = int(random.integers(3, 8))
        big_units = n_units + int(random.integers(1, 30))
        for unit in range(n_units):
            m = int(random.integers(3, 7))
            big_m = m + int(random.integers(0, 12))
            rows += [
                {"s": stratum, "h": h, "u": f"u{unit}", "v": f"v{row}", "N": big_units, "M": big_m}
                for row in range(m)
            ]
    frame = pd.DataFrame(rows)
    n = len(frame)
    units_in = frame.groupby("s")["u"].transform("nunique")
    rows_in = frame.groupby(["s", "u"])["v"].transform("nunique")
    frame["f"], frame["g"] = units_in / frame["N"], rows_in / frame["M"]
    frame["NE"] = frame.groupby("s")["v"].transform("size") + frame["N"]
    frame["fe"] = frame.groupby("s")["v"].transform("size") / frame["NE"]
    frame["ALL"] = n * 3 + 1
    frame["w"] = np.round(random.uniform(1, 30, n), 3)
    frame["y"] = np.round(random.normal(50 + 5 * frame["h"], 12), 6)
    frame["x"] = np.round(random.uniform(1, 9, n), 6)
    frame["b"] = random.integers(0, 2, n)
    frame["c"] = random.choice(["是的", "不是", "n/k"], n)
    frame["d"] = random.choice(["甲", "乙"], n)
    frame["e"] = random.choice(["p", "q"], n)
    frame.loc[random.random(n) < 0.06, "y"] = np.nan
    if kind == "zero_weights":
        frame.loc[random.random(n) < 0.1, "w"] = 0.0
    if "lonely" in kind:
        first = frame["s"] == "s0"
        frame = frame[~first | (frame["u"] == "u0")].reset_index(drop=True)
    return frame


def _words(text):
    return text.split()


DESIGNS = {
    "weights": (["--weights", "w"], "ids = ~1, weights = ~w"),
    "zero_weights": (
        ["--weights", "w", "--strata", "s"],
        "ids = ~1, strata = ~s, weights = ~w",
    ),
    "simple": (["--fpc", "ALL"], "ids = ~1, fpc = ~ALL"),
    "strata_counts": (
        ["--strata", "s", "--fpc", "NE", "--weights", "w"],
        "ids = ~1, strata = ~s, fpc = ~NE, weights = ~w",
    ),
    "strata_fractions": (["--strata", "s", "--fpc", "fe"], "ids = ~1, strata = ~s, fpc = ~fe"),
    "units": (["--psu", "u", "--weights", "w"], "ids = ~u, weights = ~w"),
    "strata_units": (
        ["--strata", "s", "--psu", "u", "--fpc", "N", "--weights", "w"],
        "ids = ~u, strata = ~s, fpc = ~N, weights = ~w, nest = TRUE",
    ),
    "two_stages": (
        _words("--strata s --psu u --psu v --fpc N --fpc M"),
        "ids = ~u + v, strata = ~s, fpc = ~N + M, nest = TRUE",
    ),
    "two_stages_fractions": (
        _words("--strata s --psu u --psu v --fpc f --fpc g --weights w"),
        "ids = ~u + v, strata = ~s, fpc = ~f + g, weights = ~w, nest = TRUE",
    ),
    "two_stages_no_fpc": (
        _words("--strata s --psu u --psu v --weights w"),
        "ids = ~u + v, strata = ~s, weights = ~w, nest = TRUE",
    ),
    **{
        f"lonely_{rule}": (
            [*_words("--strata s --psu u --fpc N --weights w --lonely"), rule],
            "ids = ~u, strata = ~s, fpc = ~N, weights = ~w, nest = TRUE",
        )
        for rule in ("fail", "certainty", "adjust", "average")
    },
    **{
        f"domain_lonely_{rule}": (
            [*_words("--strata s --psu u --fpc N --weights w --lonely-in-domains --lonely"), rule],
            "ids = ~u, strata = ~s, fpc = ~N, weights = ~w, nest = TRUE",
        )
        for rule in ("adjust", "average")
    },
}


# ------------------------------------------------------------------ questions


def questions(random, kind):
    options, _design = DESIGNS[kind]
    domain = ["--subset", 'd == "甲" and x > 2.5']
    inside = "d == '甲' & x > 2.5"
    probs = sorted(np.round(random.uniform(0.05, 0.95, 2), 3).tolist())
    asked = []
    for narrowed in (False, True):
        extra = domain if narrowed else []
        rows = f"w > 0 & {inside}" if narrowed else "w > 0"
        part, share = f"subset(des, !is.na(y) & {rows})", f"subset(des, {rows})"
        asked += [
            _plain("mean", options + extra, f"svymean(~y, {part})", part),
            _plain("total", options + extra, f"svytotal(~y, {part})", part),
            Question(
                ["--statistic", "ratio", "--y", "y", "--x", "x", *options, *extra],
                f"{{p <- {part}; m <- svyratio(~y, ~x, p); c(coef(m), SE(m), degf(p))}}",
                "ratio",
            ),
        ]
        for interval in ("wilson", "kg", *R_METHODS):
            method = interval if interval in R_METHODS else "mean"
            asked.append(
                Question(
                    ["--statistic", "proportion", "--y", "c", "--level", "是的"]
                    + ["--interval", interval, *options, *extra],
                    f"{{p <- {share}; q <- svyciprop(~I(as.numeric(c == '是的')), p,"
                    f" method = '{method}', df = degf(p));"
                    " c(moments(p, ~I(as.numeric(c == '是的'))), as.numeric(confint(q)))}",
                    "proportion",
                    interval,
                )
            )
        for interval in ("mean", "beta", "xlogit", "asin"):
            asked.append(
                Question(
                    ["--statistic", "quantile", "--y", "y", "--interval", interval]
                    + [a for p in probs for a in ("--prob", str(p))]
                    + options
                    + extra,
                    f"{{p <- {part}; q <- svyquantile(~y, p, c({probs[0]}, {probs[1]}),"
                    f" interval.type = '{interval}', qrule = math, df = degf(p));"
                    " as.numeric(t(q[[1]]))}",
                    "quantile",
                    interval,
                )
            )
    asked.append(
        Question(
            ["--statistic", "mean", "--y", "y", "--by", "d", "--by", "e", *options],
            "unlist(lapply(c('乙 p', '乙 q', '甲 p', '甲 q'), function(k) {"
            " p <- subset(des, w > 0 & !is.na(y) & paste(d, e) == k); m <- svymean(~y, p);"
            " ci <- confint(m, df = degf(p)); c(coef(m), SE(m), ci, degf(p), nrow(p))}))",
            "by",
        )
    )
    return asked


def _plain(name, options, call, part):
    return Question(
        ["--statistic", name, "--y", "y", *options],
        f"{{p <- {part}; m <- {call}; ci <- confint(m, df = degf(p));"
        " c(coef(m), SE(m), ci, degf(p), nrow(p))}",
        "plain",
    )


def expected(question, numbers):
    """Bring R's numbers into the order value, standard error, lower, upper, df, n of each row."""
    if question.kind in ("plain", "by"):
        return np.reshape(numbers, (-1, 6))
    if question.kind == "ratio":
        value, error, df = numbers
        t = stats.t.ppf(0.975, df)
        return np.array([[value, error, value - t * error, value + t * error, df, np.nan]])
    if question.kind == "quantile":
        rows = np.reshape(numbers, (-1, 4))
        # at the largest value F is 1, where R has no interval but a point
        ends = [r[[3, 1, 2]] if r[3] > 0 else np.full(3, np.nan) for r in rows]
        return np.array([[r[0], *e, np.nan, np.nan] for r, e in zip(rows, ends, strict=True)])
    value, error, df, n, big_n, squares, lower, upper = numbers
    if question.interval in ("wilson", "kg"):
        fraction = n / big_n if "--fpc" in question.arguments else 0.0
        kish = big_n**2 / squares
        lower, upper = _by_formula(question.interval, value, error, df, (n, fraction, kish))
    if question.interval != "mean" and not (error > 0 and 0 < value < 1):
        lower = upper = np.nan  # R gives no usable interval there
    elif question.interval == "asin":
        half = stats.t.ppf(0.975, max(df, 1)) * error / (2 * math.sqrt(value * (1 - value)))
        centre = math.asin(math.sqrt(value))
        lower = np.nan if centre < half else lower  # R folds the arc over at its ends
        upper = np.nan if centre + half > math.pi / 2 else upper
    return np.array([[value, error, lower, upper, df, n]])


def _by_formula(name, p, error, df, sizes):
    """Wilson and capped Korn–Graubard from R's share and standard error."""
    n, fraction, kish = sizes
    t = stats.t.ppf(0.975, max(df, 1))
    openness = max(1 - min(fraction, 1), 1e-12)
    size = min(p * (1 - p) / error**2, n / openness) if error > 0 else kish / openness
    if name == "wilson":
        centre = p + t * t / (2 * size)
        half = t * math.sqrt(p * (1 - p) / size + t * t / (4 * size * size))
        return (centre - half) / (1 + t * t / size), (centre + half) / (1 + t * t / size)
    size = min(size * (stats.t.ppf(0.975, n - 1) / t) ** 2, n)
    x = size * p
    return stats.beta.ppf(0.025, x, size - x + 1), stats.beta.ppf(0.975, x + 1, size - x)


# ------------------------------------------------------------------ both programs


def ask_r(folder, tables, asked):
    lines = [HEAD]
    for name, (kind, _frame) in tables.items():
        rule = kind.rpartition("_")[2] if "lonely" in kind else "fail"
        in_domains = "TRUE" if kind.startswith("domain") else "FALSE"
        lines.append(f"options(survey.lonely.psu = '{rule}')")
        lines.append(f"options(survey.adjust.domain.lonely = {in_domains})")
        lines.append(f"data <- read.csv('{folder / name}.csv', encoding = 'UTF-8')")
        lines.append(f"des <- svydesign({DESIGNS[kind][1]}, data = data)")
        lines += [f"say('{name}-{k}', {q.r})" for k, q in enumerate(asked[name])]
    program = folder / "ask.R"
    program.write_text("\n".join(lines), encoding="utf-8")
    found = subprocess.run(  # noqa: S603 -- our own program
        [RSCRIPT, "--encoding=UTF-8", str(program)],
        capture_output=True,
        text=True,
        check=False,
        env={"LC_ALL": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin"},
    )
    if found.returncode:
        raise RuntimeError(found.stderr[-2000:])
    answers = {}
    for line in found.stdout.splitlines():
        key, *values = line.strip("\t").split("\t")
        answers[key] = None if values[0] == "error" else [float(v) for v in values]
    return answers


def ask_ours(path, question):
    arguments = [str(path), *question.arguments, "--json"]
    result = CliRunner().invoke(estimate.app, arguments)
    if result.exit_code:
        return str(result.exception)
    return json.loads(result.stdout)


def difference(question, ours, theirs):
    """Largest relative difference of the numbers that R gave."""
    keys = ("value", "standard_error", "lower", "upper", "degrees_of_freedom", "n_sampled")
    left = np.array([[row[key] for key in keys] for row in ours], dtype=float)
    right = expected(question, theirs)
    if left.shape != right.shape:
        return math.inf
    given = np.isfinite(right)
    scale = np.maximum(np.abs(right), np.maximum(np.abs(right[:, :1]) * 1e-6, 1e-9))
    return float(np.max((np.abs(left - right) / scale)[given], initial=0.0))


def compare(n_tables, n_questions=None, seed=20161231):
    """Yield (design, question, ours, theirs, difference or None where R gives no answer)."""
    random = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tables, asked = {}, {}
        for number in range(n_tables):
            kind = list(DESIGNS)[number % len(DESIGNS)]
            key = f"t{number}"
            tables[key] = (kind, table(random, kind))
            every = questions(random, kind)
            asked[key] = [every[k] for k in random.permutation(len(every))[:n_questions]]
            tables[key][1].to_csv(folder / f"{key}.csv", index=False)
        answers = ask_r(folder, tables, asked)
        for key, (kind, _frame) in tables.items():
            for k, question in enumerate(asked[key]):
                ours = ask_ours(folder / f"{key}.csv", question)
                theirs = answers[f"{key}-{k}"]
                gap = None
                if theirs is not None and not isinstance(ours, str):
                    gap = difference(question, ours, theirs)
                yield kind, question, ours, theirs, gap


def report(n_tables):
    """Print every question whose answers differ, and how many were asked."""
    counts = {}
    for kind, question, ours, theirs, gap in compare(n_tables):
        state = "equal" if gap is not None and gap <= 1e-7 else "differs"
        if gap is None:
            state = f"ours {'refused' if isinstance(ours, str) else 'given'}, R"
            state += " failed" if theirs is None else " given"
        counts[state] = counts.get(state, 0) + 1
        if state not in ("equal", "ours refused, R failed"):
            given = None if theirs is None else expected(question, theirs).tolist()
            words = [kind, question.kind, question.interval, *question.arguments, state, gap]
            sys.stdout.write(f"{' '.join(map(str, words))}\n  ours {ours}\n  R    {given}\n")
    sys.stdout.write(f"{counts}\n")


if __name__ == "__main__":
    report(int(sys.argv[1]))
