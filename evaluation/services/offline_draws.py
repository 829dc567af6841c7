"""Drawing and checking from files alone: no database, the same rules and the same certificate.

Leaves out accounts and rounds; a directory plays the part of the record.
"""

from __future__ import annotations

import csv
import json
import tempfile
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from evaluation import clock
from evaluation.errors import Conflict, Fault, InvalidInput
from evaluation.language import _
from evaluation.services import tabular_files
from evaluation.services.sampling_messages import fault_of, translated
from sampling import certificate as certificates
from sampling import freezing, selection
from sampling.certificate import Ceremony
from sampling.design import Method, SampleDesign
from sampling.draw_methods import DrawnUnit
from sampling.frame import FrozenFrame, SamplingFrame, load
from sampling.seed import check_seed

FROZEN_NAME = "frame.csv"
RECORD_NAME = "frame.json"
SAMPLE_NAME = "sample.csv"
CERTIFICATE_NAME = "certificate.json"
SAMPLE_COLUMNS = ("unit_id", "stratum", "ticket", "rank", "role")


@dataclass(frozen=True)
class FrameColumns:
    """Which columns of a frame file mean what."""

    unit: str = "unit_id"
    stratum: str | None = "stratum"
    cluster: str | None = None
    measure_of_size: str | None = None


@dataclass(frozen=True)
class Sizes:
    """How many units: the same everywhere, with exceptions by stratum."""

    per_stratum: int = 0
    by_stratum: Mapping[str, int] = field(default_factory=dict)
    reserve: int = 0
    clusters: int = 0
    method: Method = Method.STRATIFIED

    def design(self, strata: Mapping[str, int]) -> SampleDesign:
        """Return the design for these strata."""
        unknown = sorted(set(self.by_stratum) - set(strata))
        if unknown:
            raise InvalidInput(
                _("抽样框中没有这些层：{strata}。").format(strata="、".join(unknown)),
                remedy=_("抽样框中的层有：{strata}。").format(strata="、".join(sorted(strata))),
            )
        return SampleDesign(
            sample_sizes={name: self.by_stratum.get(name, self.per_stratum) for name in strata},
            reserve_sizes=dict.fromkeys(strata, self.reserve) if self.reserve else {},
            method=self.method,
            cluster_sizes=dict.fromkeys(strata, self.clusters) if self.clusters else {},
        )


@dataclass(frozen=True)
class OfflineDraw:
    """A draw that was written to a directory."""

    drawn: selection.Draw
    frame_sha256: str
    n_units: int
    warnings: tuple[Fault, ...]


def freeze(
    path: Path, columns: FrameColumns, directory: Path, *, collapse_duplicates: bool = False
) -> FrozenFrame:
    """Freeze a frame into a directory: the canonical file and a record of its hash and time."""
    directory.mkdir(parents=True, exist_ok=True)
    with _readable(path, columns) as frame, translated():
        frozen = freezing.freeze(
            frame, directory / FROZEN_NAME, collapse_duplicates=collapse_duplicates
        )
    record = {
        "rule": "hp-draw-1",
        "sha256": frozen.sha256,
        "n_units": frozen.n_units,
        "stratum_sizes": dict(frozen.stratum_sizes),
        "frozen_at": clock.now().isoformat(),
    }
    earlier = _record(directory)
    if earlier is None or earlier["sha256"] != frozen.sha256:
        text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
        (directory / RECORD_NAME).write_text(text, encoding="utf-8")
    return frozen


def draw(  # noqa: PLR0913 -- what a draw consists of
    path: Path,
    columns: FrameColumns,
    sizes: Sizes,
    seed: str,
    directory: Path,
    *,
    seed_given_at: datetime | None = None,
    collapse_duplicates: bool = False,
) -> OfflineDraw:
    """Draw from a file and write ``sample.csv`` and ``certificate.json`` into a directory.

    If the directory holds the record of a frozen frame, that frame and its time count: a changed
    frame, a seed from before the hash, and a second seed are refused.
    """
    with translated():
        check_seed(seed)
    directory.mkdir(parents=True, exist_ok=True)
    started = clock.now()
    with (
        _readable(path, columns) as frame,
        tempfile.TemporaryDirectory(dir=directory) as scratch,
        translated(),
    ):
        warnings = tuple(fault_of(p) for p in freezing.inspect(frame).problems if not p.is_fatal)
        frozen = freezing.freeze(
            frame, Path(scratch) / FROZEN_NAME, collapse_duplicates=collapse_duplicates
        )
        record = _record(directory)
        if record is not None and record["sha256"] != frozen.sha256:
            raise InvalidInput(
                _("抽样框与目录中已冻结的不一致（哈希值不同）。"),
                remedy=_("请恢复冻结时的文件，或换一个目录重新冻结并另给种子。"),
            )
        frozen_at = datetime.fromisoformat(record["frozen_at"]) if record else started
        given_at = seed_given_at or clock.now()
        drawn = selection.draw(frozen, sizes.design(frozen.stratum_sizes), seed)
        certificate = certificates.issue(
            drawn,
            frozen,
            Ceremony(
                frozen_at=frozen_at,
                seed_given_at=given_at,
                drawn_at=max(clock.now(), given_at),
                title=path.name,
                earlier=_earlier(directory),
            ),
        )
    _write(directory, drawn, certificate)
    return OfflineDraw(drawn, frozen.sha256, frozen.n_units, warnings)


def verify(certificate_path: Path, path: Path, columns: FrameColumns | None = None) -> list[str]:
    """Repeat a draw from a certificate and a frame; return every departure in words."""
    certificate = _certificate(certificate_path)
    chosen = columns or _columns_of(certificate)
    with (
        tempfile.TemporaryDirectory() as scratch,
        _readable(path, chosen) as frame,
        translated(),
    ):
        frozen = freezing.freeze(
            frame,
            Path(scratch) / FROZEN_NAME,
            collapse_duplicates=True,
        )
        return [_in_words(code) for code in certificates.verify(certificate, frozen)]


def summary(certificate_path: Path) -> Mapping[str, Any]:
    """Return the certificate in a file, checked for its form only."""
    return _certificate(certificate_path)


def _certificate(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        raise InvalidInput(
            _("没有文件“{path}”。").format(path=path), remedy=_("请核对文件名和目录。")
        )
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            _("不是抽样证书（不是 JSON 文件）。"), remedy=_("请使用 certificate.json。")
        ) from error
    with translated():
        return certificates.parse(text)


def _columns_of(certificate: Mapping[str, Any]) -> FrameColumns:
    names = certificate["frame"]["source_columns"]
    return FrameColumns(
        unit=names.get("unit_id", "unit_id"),
        stratum=names.get("stratum"),
        cluster=names.get("cluster"),
        measure_of_size=names.get("measure_of_size"),
    )


def _canonical(columns: FrameColumns) -> FrameColumns:
    return FrameColumns(
        "unit_id",
        "stratum",
        "cluster" if columns.cluster else None,
        "measure_of_size" if columns.measure_of_size else None,
    )


@contextmanager
def _readable(path: Path, columns: FrameColumns) -> Iterator[SamplingFrame]:
    """Give the frame in a file: CSV in UTF-8 or GB18030, Parquet, or the first sheet of an XLSX."""
    if path.suffix.lower() == ".xlsx" and path.is_file():
        yield _of_workbook(path, columns)
        return
    with tempfile.TemporaryDirectory() as scratch:
        readable = _in_utf8(path, Path(scratch))
        with translated():
            frame = load(
                readable,
                unit=_existing(readable, columns).unit,
                stratum=_existing(readable, columns).stratum,
                cluster=_existing(readable, columns).cluster,
                measure_of_size=_existing(readable, columns).measure_of_size,
            )
        yield frame


def _existing(path: Path, columns: FrameColumns) -> FrameColumns:
    """Return the canonical column names if the file is a frozen frame itself."""
    if not path.is_file() or path.suffix.lower() in {".parquet", ".pq"}:
        return columns
    with path.open(encoding="utf-8", errors="replace") as file:
        header = file.readline().strip().lstrip("\ufeff").split(",")
    is_frozen = header[:2] == ["unit_id", "stratum"] and columns.unit not in header
    return _canonical(columns) if is_frozen else columns


def _of_workbook(path: Path, columns: FrameColumns) -> SamplingFrame:
    table = tabular_files.read(path.read_bytes(), path.name)
    arrow = pa.table(
        {
            name: pa.array([row[at] for row in table.rows], pa.string())
            for at, name in enumerate(table.columns)
        }
    )
    wanted = (columns.unit, columns.stratum, columns.cluster, columns.measure_of_size)
    missing = [name for name in wanted if name is not None and name not in table.columns]
    if missing:
        raise InvalidInput(
            _("文件中没有“{column}”列。").format(column="、".join(missing)),
            remedy=_("文件中的列有：{present}。").format(present="、".join(table.columns)),
        )
    return SamplingFrame(
        arrow, columns.unit, columns.stratum, columns.cluster, columns.measure_of_size
    )


def _in_utf8(path: Path, scratch: Path) -> Path:
    """Return the path itself, or a copy in UTF-8 if the file is in GB18030."""
    if path.suffix.lower() in {".parquet", ".pq"} or not path.is_file():
        return path
    decoder = getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        copy = scratch / path.name
        copy.write_text(
            tabular_files.decode(path.read_bytes(), path.name), encoding="utf-8", newline=""
        )
        return copy
    return path


def _record(directory: Path) -> dict[str, Any] | None:
    path = directory / RECORD_NAME
    if not path.is_file():
        return None
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record


def _earlier(directory: Path) -> tuple[Mapping[str, Any], ...]:
    path = directory / CERTIFICATE_NAME
    if not path.is_file():
        return ()
    return (_certificate(path),)


def _write(directory: Path, drawn: selection.Draw, certificate: Mapping[str, Any]) -> None:
    existing = directory / CERTIFICATE_NAME
    if existing.is_file() and _certificate(existing)["frame"] != certificate["frame"]:
        old = _certificate(existing)["frame"]["sha256"]
        if old != certificate["frame"]["sha256"]:
            raise Conflict(
                _("目录中已有另一份抽样框的证书。"), remedy=_("请换一个空目录，不要覆盖证书。")
            )
    with (directory / SAMPLE_NAME).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        extra = _extra_columns(drawn)
        writer.writerow([*SAMPLE_COLUMNS, *extra])
        for unit in drawn.units:
            writer.writerow([getattr(unit, name) for name in (*SAMPLE_COLUMNS, *extra)])
    existing.write_text(certificates.dump(certificate), encoding="utf-8")


def _extra_columns(drawn: selection.Draw) -> tuple[str, ...]:
    first: DrawnUnit = drawn.units[0]
    if first.cluster is not None:
        return ("cluster", "inclusion_probability")
    if first.measure_of_size is not None:
        return ("measure_of_size", "inclusion_probability")
    return ()


def _in_words(code: str) -> str:
    kind, _colon, rest = code.partition(":")
    words = {
        "frame_changed": _("抽样框的哈希值与证书不同：名单被改动，或不是同一份名单。"),
        "seed_too_early": _("种子早于抽样框的冻结时间。"),
        "drawn_before_seed": _("抽样时间早于种子时间。"),
        "strata": _("各层的总数或样本量与证书不同。"),
        "unit_count": _("抽中的件数与证书不同。"),
        "not_repeatable": _("按证书不能重复抽样。"),
    }
    if kind in words:
        return words[kind]
    return _("证书第{position}个案件的“{field}”与重算结果不同。").format(
        position=kind.removeprefix("unit "), field=rest.strip()
    )
