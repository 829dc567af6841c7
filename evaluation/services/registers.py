"""Registers: look at a file, check it row by row, take it in whole or not at all.

Columns with persons' data are recognised and never taken in; the file itself is not kept.
"""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain import register_mapping
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.register import FIELD_TITLES, DuplicateRule, Field, RegisterRow
from evaluation.domain.register_mapping import RegisterMapping
from evaluation.domain.register_rules import RowReader
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Conflict, Fault, InvalidInput, NotFound
from evaluation.language import _
from evaluation.services import rounds, tabular_files
from evaluation.services.register_duplicates import without_duplicates
from evaluation.storage import audit_trail, file_store
from evaluation.storage.models.frame import Register
from evaluation.storage.session import reading, unit_of_work

MOST_FAULTS_KEPT = 200
PREVIEW_ROWS = 10
PARQUET = "application/vnd.apache.parquet"
HANDLERS = (Role.SECRETARY, Role.CHAIR)

Progress = Callable[[float], None]

SCHEMA = pa.schema(
    [
        ("unit_id", pa.string()),
        ("court_code", pa.string()),
        ("stratum", pa.string()),
        ("filed_on", pa.date32()),
        ("closed_on", pa.date32()),
        ("closure_method", pa.string()),
        ("property_label", pa.string()),
        ("claim_fen", pa.int64()),
        ("recovered_fen", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Preview:
    """What a file looks like before anything is decided; persons' data are masked."""

    columns: tuple[str, ...]
    personal_columns: tuple[str, ...]
    n_rows: int
    first_rows: tuple[tuple[str, ...], ...]
    suggested: RegisterMapping


@dataclass(frozen=True)
class RegisterNote:
    """Something that does not refuse the file but is kept and published with it."""

    code: str
    text: str
    count: int


@dataclass(frozen=True)
class CheckedRegister:
    """The outcome of checking: what would be taken in, and every fault."""

    rows: tuple[RegisterRow, ...]
    n_source_rows: int
    n_bad_rows: int
    n_duplicates: int
    faults: tuple[Fault, ...]
    fault_counts: Mapping[str, int]
    notes: tuple[RegisterNote, ...]
    left_out_columns: tuple[str, ...]

    @property
    def stratum_sizes(self) -> dict[str, int]:
        """Cases per stratum."""
        return dict(sorted(Counter(row.stratum for row in self.rows).items()))


@dataclass(frozen=True)
class RegisterView:
    """An imported register as pages see it."""

    id: int
    round_id: int
    name: str
    rows_sha256: str
    n_rows: int
    n_source_rows: int
    n_duplicates: int
    left_out_columns: tuple[str, ...]
    notes: tuple[RegisterNote, ...]
    imported_at: datetime


def preview(actor: Actor, content: bytes, file_name: str) -> Preview:
    """Return the columns of a file, the suggested mapping, and the first rows without names."""
    require(actor, *HANDLERS)
    table = tabular_files.read(content, file_name)
    personal = register_mapping.personal_columns(table.columns, table.rows[:2000])
    masked = {table.column(name) for name in personal}
    first = tuple(
        tuple("＊＊＊" if position in masked else cell for position, cell in enumerate(row))
        for row in table.rows[:PREVIEW_ROWS]
    )
    suggested = register_mapping.guess(table.columns, personal)
    return Preview(table.columns, personal, len(table.rows), first, suggested)


def check(
    actor: Actor,
    round_id: int,
    upload: tuple[bytes, str],
    mapping: RegisterMapping,
    *,
    progress: Progress | None = None,
) -> CheckedRegister:
    """Check every row of a file against a mapping; nothing is saved.

    Raises
    ------
    InvalidInput
        If the file is not a table or the mapping does not fit it. Faults of rows do not raise:
        they are in the answer.
    """
    require(actor, *HANDLERS)
    with reading() as session:
        courts = _court_words(session, round_id)
    return check_upload(upload, mapping, courts, progress)


def import_register(
    actor: Actor,
    round_id: int,
    name: str,
    upload: tuple[bytes, str],
    mapping: RegisterMapping,
    *,
    progress: Progress | None = None,
) -> RegisterView:
    """Take in a register, whole or not at all.

    Raises
    ------
    InvalidInput
        If any row has a fault; every fault up to a limit is in ``faults``. Nothing is saved.
    Conflict
        If the same rows were imported for this round already.
    """
    require(actor, *HANDLERS)
    if not name.strip():
        raise InvalidInput(_("没有填写名称。"), remedy=_("请填写登记表名称。"))
    checked = check(actor, round_id, upload, mapping, progress=progress)
    refuse_faults(checked)
    content = to_parquet(checked.rows)
    with unit_of_work() as session:
        rounds.require_round(session, round_id, RoundState.OPEN)
        sha256 = hashlib.sha256(content).hexdigest()
        if session.scalar(
            select(Register.id).where(Register.round_id == round_id, Register.rows_sha256 == sha256)
        ):
            raise Conflict(
                _("相同内容的登记表已经导入过，没有重复导入。"),
                remedy=_("请在“案件登记”页查看已导入的登记表。"),
            )
        file_store.keep(session, content, PARQUET)
        row = Register(
            round_id=round_id,
            name=name.strip(),
            source_sha256=hashlib.sha256(upload[0]).hexdigest(),
            rows_sha256=sha256,
            n_rows=len(checked.rows),
            n_source_rows=checked.n_source_rows,
            n_duplicates=checked.n_duplicates,
            mapping=mapping.as_dict(),
            left_out_columns=list(checked.left_out_columns),
            notes=[asdict(note) for note in checked.notes],
            account_id=actor.account_id,
            imported_at=clock.now(),
        )
        session.add(row)
        session.flush()
        audit_trail.append(
            session,
            actor,
            "register.import",
            f"register:{row.id}",
            {"rows": row.n_rows, "duplicates": row.n_duplicates, "sha256": sha256},
        )
        return view_of(row)


def refuse_faults(checked: CheckedRegister) -> None:
    """Raise ``InvalidInput`` if a checked file has faults."""
    if checked.n_bad_rows == 0 and not checked.faults:
        return
    raise InvalidInput(
        _("{bad}行有问题（共{total}行），没有导入任何内容。").format(
            bad=checked.n_bad_rows, total=checked.n_source_rows
        ),
        remedy=_("请按下列各处改正原文件后重新导入。"),
        faults=checked.faults,
    )


def list_registers(actor: Actor, round_id: int) -> list[RegisterView]:
    """Return the registers of a round, newest first."""
    require(actor, *HANDLERS, Role.ANALYST, Role.OBSERVER)
    with reading() as session:
        rows = session.scalars(
            select(Register).where(Register.round_id == round_id).order_by(Register.id.desc())
        )
        return [view_of(row) for row in rows]


def row_of(session: Session, register_id: int) -> Register:
    """Return a register's row or say that there is none."""
    row = session.get(Register, register_id)
    if row is None:
        raise NotFound(_("没有这份登记表。"), remedy=_("请刷新页面后重新选择。"))
    return row


def rows_in(session: Session, register_id: int) -> pa.Table:
    """Return the rows of a register, checked against their hash; for services that compute."""
    content = file_store.read(row_of(session, register_id).rows_sha256)
    return pq.read_table(io.BytesIO(content))


def view_of(row: Register) -> RegisterView:
    """Return a register as pages see it."""
    return RegisterView(
        id=row.id,
        round_id=row.round_id,
        name=row.name,
        rows_sha256=row.rows_sha256,
        n_rows=row.n_rows,
        n_source_rows=row.n_source_rows,
        n_duplicates=row.n_duplicates,
        left_out_columns=tuple(row.left_out_columns),
        notes=tuple(RegisterNote(**note) for note in row.notes),
        imported_at=row.imported_at,
    )


def to_parquet(rows: Iterable[RegisterRow]) -> bytes:
    """Return the rows as one Parquet file in the order of identifiers: same rows, same bytes."""
    ordered = sorted(rows, key=lambda row: row.unit_id.encode())
    columns: dict[str, list[object]] = {name: [] for name in SCHEMA.names}
    for row in ordered:
        for name, values in columns.items():
            value = getattr(row, name)
            values.append(value if value is None or isinstance(value, int | date) else str(value))
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns, schema=SCHEMA), buffer, compression="zstd")
    return buffer.getvalue()


def _court_words(session: Session, round_id: int) -> dict[str, str]:
    words: dict[str, str] = {}
    for court in rounds.round_courts_in(session, round_id):
        for word in (court.code, court.case_mark, court.name, court.short_name):
            words[word] = court.code
    return words


def check_upload(
    upload: tuple[bytes, str],
    mapping: RegisterMapping,
    courts: Mapping[str, str],
    progress: Progress | None = None,
) -> CheckedRegister:
    """Check every row of a file; ``courts`` leads from a court's code, mark or name to its code."""
    table = tabular_files.read(*upload)
    personal = register_mapping.personal_columns(table.columns, table.rows[:2000])
    register_mapping.require(mapping, table.columns, personal)
    position = {meaning: table.column(name) for meaning, name in mapping.columns.items()}
    reader = RowReader(mapping, courts, clock.today())
    rows: list[tuple[int, RegisterRow]] = []
    faults: list[Fault] = []
    counts: Counter[str] = Counter()
    notes: Counter[tuple[str, str]] = Counter()
    n_bad = 0
    for number, (line, cells) in enumerate(zip(table.lines, table.rows, strict=True)):
        if progress is not None and number % 5000 == 0:
            progress(number / len(table.rows))
        row = reader.read(_cell_reader(position, cells))
        for fault in reader.faults:
            counts[fault.what] += 1
            if len(faults) < MOST_FAULTS_KEPT:
                where = _place(line, mapping, fault.field)
                faults.append(Fault(where, fault.what, fault.remedy, fault.code))
        notes.update((note.code, note.what) for note in reader.notes)
        if row is None:
            n_bad += 1
        else:
            rows.append((line, row))
    kept = without_duplicates(rows, mapping.duplicate_rule)
    counts.update(repeated.what for repeated in kept.faults)
    used = set(mapping.columns.values())
    return CheckedRegister(
        rows=kept.rows,
        n_source_rows=len(table.rows),
        n_bad_rows=n_bad + len(kept.faults),
        n_duplicates=kept.n_dropped,
        faults=(*faults, *kept.faults)[:MOST_FAULTS_KEPT],
        fault_counts=dict(counts.most_common()),
        notes=(
            *(RegisterNote(code, what, count) for (code, what), count in notes.items()),
            *_duplicate_notes(kept.n_dropped, mapping.duplicate_rule),
            *_lookalike_notes(kept.n_lookalikes, kept.lookalikes),
        ),
        left_out_columns=tuple(name for name in table.columns if name not in used),
    )


def _cell_reader(position: Mapping[Field, int], cells: Sequence[str]) -> Callable[[Field], str]:
    def cell_of(meaning: Field) -> str:
        at = position.get(meaning)
        return "" if at is None else cells[at].strip("\u3000 \t\ufeff")

    return cell_of


def _place(line: int, mapping: RegisterMapping, meaning: str) -> str:
    column = mapping.columns.get(Field(meaning), "")
    title = column or _(FIELD_TITLES[Field(meaning)])
    return _("第{line}行“{column}”").format(line=line, column=title)


def _duplicate_notes(n_dropped: int, rule: DuplicateRule) -> list[RegisterNote]:
    if not n_dropped:
        return []
    text = (
        _("编号重复的行，只保留结案日期最早的一行。")
        if rule is DuplicateRule.KEEP_EARLIEST
        else _("各字段完全相同的重复行，计为一件。")
    )
    return [RegisterNote("duplicates", text, n_dropped)]


def _lookalike_notes(count: int, examples: Sequence[str]) -> list[RegisterNote]:
    if not count:
        return []
    text = _("编号只有全角半角或大小写之别，按不同案件处理，例如：{examples}").format(
        examples="；".join(examples)
    )
    return [RegisterNote("lookalikes", text, count)]


def strings(values: Sequence[str]) -> pa.Array:
    """Return texts as an Arrow array, for filtering a register's rows."""
    return pa.array(values, pa.string())
