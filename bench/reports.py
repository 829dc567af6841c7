"""One report beside plain WeasyPrint on the same HTML: ``python bench/reports.py [repeats]``.

Both render the same page in a process of their own with the same fonts; ours also writes tags,
archival metadata and attachments.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from sample_report import report_input  # noqa: E402 -- the path comes first

from evaluation.domain.evaluation_round import RoundKind  # noqa: E402 -- as above
from evaluation.services.report_building import attachments  # noqa: E402 -- as above
from evaluation.services.report_content.build import build  # noqa: E402 -- as above
from reports import html, pdf  # noqa: E402 -- as above

PLAIN = """
import sys, weasyprint
weasyprint.HTML(filename=sys.argv[1]).write_pdf(sys.argv[2])
"""


def plain(page: str) -> float:
    """Render with the bare library and return the seconds."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "a.html"), Path(folder, "a.pdf")
        source.write_text(page, encoding="utf-8")
        environment = os.environ | {"FONTCONFIG_FILE": str(pdf.FONT_DIRECTORY / "fonts.conf")}
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", PLAIN, str(source), str(target)], check=True, env=environment
        )
        return time.perf_counter() - started


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    data = report_input(RoundKind.FINAL)
    started = time.perf_counter()
    made = build(data)
    page = html.document(made.report)
    print(f"words and HTML: {time.perf_counter() - started:.2f} s, {len(made.figures)} figures")
    ours, bare = [], []
    for _turn in range(repeats):
        started = time.perf_counter()
        rendered = pdf.render_with_record(page, attachments=attachments(data, made))
        ours.append(time.perf_counter() - started)
        bare.append(plain(page))
    print(f"{rendered.n_pages} pages, {len(rendered.data) // 1024} KB")
    print(f"ours (tags, PDF/A-3a, attachments): best {min(ours):.2f} s")
    print(f"plain WeasyPrint, same HTML, no tags: best {min(bare):.2f} s")
    print(f"ratio {min(ours) / min(bare):.2f}")


if __name__ == "__main__":
    main()
