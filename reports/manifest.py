"""What an edition was made from: the evidence package inside the PDF, written and read back.

The package is canonical JSON with the results of every round used, each printed figure with the
result it was written from, and hashes.  Leaves out how a figure is recomputed: the application
knows its results.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from reports.errors import PackageError
from reports.language import _

PACKAGE_NAME = "evidence-package.json"
TABLE_NAME = "results.csv"


def canonical(content: Mapping[str, Any]) -> bytes:
    """Write JSON with sorted keys and no spaces.

    >>> canonical({"b": 1, "a": "中"}).decode()
    '{"a":"中","b":1}'
    """
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def sha256(data: bytes) -> str:
    """Hash bytes, lowercase hex."""
    return hashlib.sha256(data).hexdigest()


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Write a table as CSV that spreadsheets open in Chinese.

    A cell that a spreadsheet would take for a formula gets an apostrophe in front.

    >>> table(["甲"], [["=1+1"]]).decode("utf-8-sig").splitlines()
    ['甲', "'=1+1"]
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(["" if cell is None else _harmless(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: object) -> object:
    if isinstance(cell, str) and cell[:1] in {"=", "+", "@", "\t", "\r"}:
        return f"'{cell}"
    return cell


def package_of(pdf: bytes) -> dict[str, Any]:
    """Return the evidence package of a published PDF.

    Raises
    ------
    PackageError
        If the file is no PDF, or carries no package: use the file as it was published.
    """
    try:
        reader = PdfReader(io.BytesIO(pdf))
        files = reader.attachments.get(PACKAGE_NAME, [])
    except (PyPdfError, OSError, ValueError, KeyError) as error:
        raise PackageError(
            _("这不是可以读取的 PDF 文件。"), remedy=_("请使用公开页面下载的原文件。")
        ) from error
    if not files:
        raise PackageError(
            _("文件中没有证据包。"), remedy=_("请使用公开页面下载的原文件，不要另存或打印。")
        )
    try:
        content = json.loads(bytes(files[0]))
    except ValueError as error:
        raise PackageError(_("证据包已损坏。"), remedy=_("请重新下载原文件。")) from error
    if not isinstance(content, dict) or content.get("format") != 1:
        raise PackageError(_("证据包的格式不认识。"), remedy=_("请用较新版本的软件核验。"))
    return content


def text_of(pdf: bytes) -> str:
    """Return the words of a PDF without any white space, for finding figures in them."""
    reader = PdfReader(io.BytesIO(pdf))
    pages = [page.extract_text() for page in reader.pages]
    return re.sub(r"[\s\u200b]+", "", "".join(pages))
