"""Notes beside an answer, on the error stream: nothing is wrong, but somebody should look."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd
import typer

from evaluation.language import _
from sampling.frame import lookalike_key, normalise

_MOST = 3


def say(text: str) -> None:
    """Write one note."""
    typer.echo(_("提示：{text}").format(text=text), err=True)


def lookalikes(frame: pd.DataFrame, names: list[str]) -> None:
    """Say which texts differ only in width, letter case or blanks; they count as different."""
    for name in dict.fromkeys(names):
        if name not in frame.columns:
            continue
        alike: dict[str, list[str]] = defaultdict(list)
        for value in frame[name].drop_duplicates().tolist():
            alike[lookalike_key(normalise(str(value)))].append(str(value))
        groups = [" ≈ ".join(values) for values in alike.values() if len(values) > 1]
        if groups:
            say(
                _(
                    "“{name}”列有{n}组只有全角半角、大小写或空格之别的取值，按不同取值计算：{groups}。"
                ).format(name=name, n=len(groups), groups="；".join(groups[:_MOST]))
            )
