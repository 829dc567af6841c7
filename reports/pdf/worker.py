"""The renderer: ``python -m reports.pdf.worker FOLDER`` reads a job and writes document.pdf.

The only module, with its neighbours in this folder, that imports WeasyPrint.  The caller has set
``FONTCONFIG_FILE``.  Leaves out every decision about content.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import weasyprint

from reports.pdf import archive, justification, speed
from reports.pdf.versions import check_versions

MISSING_GLYPH = re.compile(r'\.notdef glyph rendered for Unicode string.*?"(.*)"', re.DOTALL)


class _Record(logging.Handler):
    """Keep what WeasyPrint says, so that a missing glyph fails the build."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def _attachments(folder: Path, job: dict[str, Any], created: datetime) -> list[Any]:
    """Return the attachments with fixed dates, so that two builds are the same bytes."""
    return [
        weasyprint.Attachment(
            string=(folder / f"attachment-{number}").read_bytes(),
            name=entry["name"],
            description=entry["description"],
            relationship="Data",
            created=created,
            modified=created,
        )
        for number, entry in enumerate(job["attachments"])
    ]


def render_folder(folder: Path) -> None:
    """Render the job in ``folder``."""
    started = time.perf_counter()
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    created = datetime.fromisoformat(job["created_at"])
    record = _Record()
    logging.getLogger("weasyprint").addHandler(record)
    check_versions()
    justification.install()
    speed.install()
    _say("layout")
    html = (folder / "document.html").read_text(encoding="utf-8")
    document = weasyprint.HTML(
        string=justification.break_at_quotes(html),
        url_fetcher=weasyprint.URLFetcher(allowed_protocols=["data"]),
    ).render()
    _say("write")
    document.metadata.attachments = _attachments(folder, job, created)
    if job["archival"]:
        archive.claim_universal_access(document)
        document.write_pdf(
            folder / "document.pdf", pdf_variant="pdf/a-3a", custom_metadata=True, pdf_tags=True
        )
    else:
        document.write_pdf(folder / "document.pdf", pdf_tags=True, custom_metadata=True)
    missing = [m[1] for text in record.messages if (m := MISSING_GLYPH.search(text))]
    (folder / "record.json").write_text(
        json.dumps(
            {
                "n_pages": len(document.pages),
                "seconds": round(time.perf_counter() - started, 3),
                "missing": missing,
                "warnings": record.messages,
            },
            ensure_ascii=False,
        ),
        encoding="utf-8",
    )


def _say(step: str) -> None:
    sys.stdout.write(f"{step}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    render_folder(Path(sys.argv[1]))
