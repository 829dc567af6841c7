"""The demonstration as a background job: made by a process of its own.

The story sets the clock of its process; the process that serves people keeps the real one.
"""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

from evaluation.domain.roles import Actor
from evaluation.errors import EvaluationError
from evaluation.language import _
from evaluation.services import jobs
from evaluation.services.demo.story import SIZES

_COMMAND = "from evaluation.cli import main; main()"
_PROGRESS = re.compile(r"\s*(\d{1,3})%\s+(.*)")


@jobs.job("demonstration")
def load(_actor: Actor, arguments: dict[str, Any], progress: jobs.Progress) -> None:
    """Build the city beside the chair's account that was just made.

    Raises
    ------
    EvaluationError
        If the process ends early; its last words are passed on.
    """
    size = str(arguments.get("size", "full"))
    if size not in SIZES:
        raise EvaluationError(_("没有“{size}”这种规模。").format(size=size))
    command = [sys.executable, "-c", _COMMAND, "demo", "--size", size, "--join"]
    last = ""
    with subprocess.Popen(  # noqa: S603 -- this program itself, no text of users in it
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    ) as child:
        for line in child.stdout or ():
            last = line.strip() or last
            found = _PROGRESS.match(line)
            if found:
                progress(int(found[1]) / 100, found[2])
    if child.returncode:
        raise EvaluationError(
            _("演示城市没有建成：{reason}").format(reason=last[:200]),
            remedy=_("请在空的数据目录中重新启动后再试。"),
        )
