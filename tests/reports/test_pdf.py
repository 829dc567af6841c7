"""The PDF of a small paper: tags, language, fonts, text in order, same bytes, missing glyphs."""

import io
import re
import shutil
import subprocess

import pytest
from pypdf import PdfReader

from reports import html, manifest, pdf
from reports.document import Fact, Figure, Paragraph, Table, Verbatim
from reports.errors import LayoutError, PackageError
from reports.figures import intervals
from reports.tables import body_row, number_column, text_column

SENTENCE = (
    "据评查，“有财产可供执行”案件在法定期限内执行完毕的比例有所提高，"
    "但各院之间仍有差距；评估团据此提出建议。"
)


def _sheet(extra=""):
    bars = intervals.bars(
        "图", [intervals.Estimated("甲院", 0.5, "50.0%", 0.4, 0.6)], intervals.Axis(0, 1, str)
    )
    return html.sheet(
        "抽样证书" + extra,
        [
            Paragraph.plain(SENTENCE * 6),
            Fact((("规则", "公开种子"),)),
            Table(
                "t",
                "表",
                (text_column("层"), number_column("件数")),
                (body_row("甲院", Verbatim("612", "x")),),
            ),
            Figure("f", "各院比例", bars, "甲院一半"),
        ],
    )


@pytest.fixture(scope="module")
def rendered():
    attachments = [pdf.Attachment(manifest.PACKAGE_NAME, b'{"format":1}', "证据包")]
    return pdf.render_with_record(_sheet(), attachments=attachments)


def test_file_is_tagged_chinese_archival_and_accessible(rendered):
    catalogue = PdfReader(io.BytesIO(rendered.data)).trailer["/Root"]
    assert catalogue["/Lang"] == "zh-CN"
    assert catalogue["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalogue
    metadata = catalogue["/Metadata"].get_data().decode()
    assert re.search(r"pdfaid:part[^3]*3", metadata)
    assert re.search(r"pdfuaid:part[^1]*1", metadata)
    assert rendered.warnings == ()


def test_every_font_is_ours_and_embedded(rendered):
    page = PdfReader(io.BytesIO(rendered.data)).pages[0]
    fonts = page["/Resources"]["/Font"].values()
    names = set()
    for font in fonts:
        descendant = font.get_object()["/DescendantFonts"][0].get_object()
        descriptor = descendant["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)
        names.add(str(descriptor["/FontName"]).split("+")[1].split("-")[0:2][-1])
    assert names <= {"Song", "Hei", "Kai"}


def _walk(item):
    item = item.get_object()
    if isinstance(item, list):
        for child in item:
            yield from _walk(child)
    elif isinstance(item, dict):
        yield item
        if "/K" in item:
            yield from _walk(item["/K"])


def test_alternative_text_reaches_the_tags(rendered):
    root = PdfReader(io.BytesIO(rendered.data)).trailer["/Root"]["/StructTreeRoot"]
    elements = list(_walk(root))
    assert [str(e["/Alt"]) for e in elements if "/Alt" in e] == ["各院比例。甲院一半"]
    assert {"/H1", "/P", "/Table", "/TR", "/TH", "/TD", "/Figure"} <= {
        e.get("/S") for e in elements
    }


def test_text_reads_in_order(rendered):
    text = manifest.text_of(rendered.data)
    assert SENTENCE * 6 in text
    assert text.index("抽样证书") < text.index("据评查") < text.index("甲院612")


def test_package_comes_back(rendered):
    assert manifest.package_of(rendered.data) == {"format": 1}


def test_two_builds_are_the_same_bytes(rendered):
    attachments = [pdf.Attachment(manifest.PACKAGE_NAME, b'{"format":1}', "证据包")]
    assert pdf.render(_sheet(), attachments=attachments) == rendered.data


def test_missing_glyph_fails_the_build():
    with pytest.raises(LayoutError, match="字体中没有"):
        pdf.render(_sheet("\U00020bb7"))


def test_local_files_and_other_hosts_are_not_read(tmp_path):
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>秘密</text></svg>')
    page = _sheet().replace("<body>", f'<body><img alt="x" src="file://{secret}">')
    assert "秘密" not in manifest.text_of(pdf.render(page))


@pytest.mark.parametrize("content", [b"", b"not a pdf", b"%PDF-1.7\n"])
def test_file_that_is_no_report_is_named_so(content):
    with pytest.raises(PackageError, match="不是可以读取"):
        manifest.package_of(content)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no poppler on this machine")
def test_poppler_reads_the_same_words(rendered, tmp_path):
    file = tmp_path / "a.pdf"
    file.write_bytes(rendered.data)
    words = subprocess.run(  # noqa: S603 -- our own file
        [shutil.which("pdftotext"), str(file), "-"], capture_output=True, check=True, text=True
    ).stdout
    assert SENTENCE in re.sub(r"\s", "", words)
