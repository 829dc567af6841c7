"""HTML to tagged, archival PDF, in a process of its own.

For a whole report:         ``render(reports.html.document(report), ...)``
For one sheet or a few (certificate, pull list, receipt, poster, labels):

>>> from reports import html
>>> from reports.document import Fact, Paragraph, Table
>>> sheet = html.sheet(
...     "抽样证书",
...     [
...         Paragraph.plain("本证书记载一次公开抽样。"),
...         Fact(rows=(("抽样规则", "hp-draw-1"), ("种子", "公开宣读的种子文本"))),
...     ],
...     subtitle="初期评估",
... )
>>> sheet.startswith("<!doctype html>")
True

``data = render(sheet)`` then gives the bytes.  HTML written by hand is taken too, as long as every
untrusted text in it was escaped; pictures only as ``data:`` addresses, because the renderer reads
no file and no network.  ``html.sheet(..., style="...")`` adds page sizes and styles of your own.

The work is done by ``python -m reports.pdf.worker``: WeasyPrint needs ``FONTCONFIG_FILE`` before
its import, holds the interpreter for seconds, and an unlucky Pango can crash a process.  Call
:func:`render` from a worker thread or a job, never on an event loop.  Takes about 1.5 s for a page,
6 s for forty.

Leaves out signing, and reading PDFs back (:mod:`reports.manifest`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from reports.errors import LayoutError
from reports.language import _

FONT_DIRECTORY = Path(__file__).parent.parent / "fonts"
EPOCH = datetime(2016, 5, 1, tzinfo=UTC)
TIMEOUT_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that rides inside the PDF."""

    name: str
    data: bytes
    description: str
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Rendered:
    """The finished file and what was seen on the way."""

    data: bytes
    n_pages: int
    seconds: float
    warnings: tuple[str, ...]


def render(
    html: str,
    *,
    attachments: Sequence[Attachment] = (),
    created_at: datetime = EPOCH,
    archival: bool = True,
    on_progress: Callable[[str], None] | None = None,
) -> bytes:
    """Return the PDF of one HTML document.

    The same HTML, attachments and ``created_at`` give the same bytes.  ``archival`` adds PDF/A-3a
    and the PDF/UA-1 identifier; without it the file is tagged only.

    Raises
    ------
    LayoutError
        If a character has no glyph in the report fonts, or the renderer fails: the text names the
        characters, so that they can be replaced or the fonts extended.
    """
    return render_with_record(
        html,
        attachments=attachments,
        created_at=created_at,
        archival=archival,
        on_progress=on_progress,
    ).data


def render_with_record(
    html: str,
    *,
    attachments: Sequence[Attachment] = (),
    created_at: datetime = EPOCH,
    archival: bool = True,
    on_progress: Callable[[str], None] | None = None,
) -> Rendered:
    """Return the PDF with its number of pages, the time it took, and the renderer's warnings."""
    with tempfile.TemporaryDirectory(prefix="hengping-pdf-") as directory:
        folder = Path(directory)
        (folder / "document.html").write_text(html, encoding="utf-8")
        for number, attachment in enumerate(attachments):
            (folder / f"attachment-{number}").write_bytes(attachment.data)
        job = {
            "created_at": created_at.astimezone(UTC).isoformat(),
            "archival": archival,
            "attachments": [
                {"name": a.name, "description": a.description, "media_type": a.media_type}
                for a in attachments
            ],
        }
        (folder / "job.json").write_text(json.dumps(job, ensure_ascii=False), encoding="utf-8")
        _run_worker(folder, created_at, on_progress)
        record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
        if record["missing"]:
            raise LayoutError(
                _("字体中没有这些字符：{characters}。").format(
                    characters="、".join(record["missing"])
                ),
                remedy=_("请改用通行的字，或把含有这些字的字体放入 reports/fonts/local 后重试。"),
            )
        return Rendered(
            (folder / "document.pdf").read_bytes(),
            record["n_pages"],
            record["seconds"],
            tuple(record["warnings"]),
        )


def _run_worker(
    folder: Path, created_at: datetime, on_progress: Callable[[str], None] | None
) -> None:
    """Start the renderer, pass its progress on, and turn a failure into one sentence."""
    root = str(Path(__file__).parent.parent.parent)
    environment = os.environ | {
        "FONTCONFIG_FILE": str(FONT_DIRECTORY / "fonts.conf"),
        "SOURCE_DATE_EPOCH": str(int(created_at.timestamp())),
        "PYTHONPATH": os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")])),
        "PYTHONHASHSEED": "0",
    }
    command = [sys.executable, "-m", "reports.pdf.worker", str(folder)]
    with (folder / "errors.txt").open("wb") as errors:
        process = subprocess.Popen(  # noqa: S603 -- our own module, no text of a user
            command, stdout=subprocess.PIPE, stderr=errors, env=environment, text=True
        )
        with process:
            for line in process.stdout or ():
                if on_progress is not None:
                    on_progress(line.strip())
            code = process.wait(timeout=TIMEOUT_SECONDS)
    if code != 0 or not (folder / "record.json").exists():
        last = (folder / "errors.txt").read_text(encoding="utf-8", errors="replace")
        reason = next((x for x in reversed(last.splitlines()) if x.strip()), f"exit {code}")
        raise LayoutError(
            _("排版程序没有完成。"),
            where="PDF",
            remedy=_("请运行“./run doctor”检查 Pango 与字体；技术原因：{reason}").format(
                reason=reason
            ),
        )
