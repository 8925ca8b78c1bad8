"""Owns bringing a table up to date with a folder: what is done is kept, the rest is sent in parts that are kept as they come.

Must not know the command line.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .algorithm import AlgorithmFacts
from .answer import InstanceError, SoundAnswer
from .sound_client import SoundClient
from .table import Row, Table, TableError, read_table, write_table

#: A run that is broken off loses at most so many files' work for each call at once.
_FILES_PER_PART = 256
_SUFFIXES = (".wav", ".wave")


@dataclass(frozen=True)
class Progress:
    """What a run says as it goes."""

    #: With the number of files that are done already, and of all.
    begin: Callable[[int, int], None]
    #: With the number of files that have been done since.
    advance: Callable[[int], None]


def wav_files(folder: Path) -> list[str]:
    """The WAV files below a folder, sorted, as paths in it with `/`."""
    found = (path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES and path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def update_table(client: SoundClient, facts: AlgorithmFacts, folder: Path, out: Path, progress: Progress) -> Table:
    """Computes what `out` does not have of `folder` and writes `out`; files that are gone from the folder leave the table.

    Files that failed for a reason that may pass are tried again by the next run. What comes is kept in parts beside `out`
    until all is there.

    Raises:
        PredictError: when a call fails for good; a later run goes on from there
        TableError: when `out` is another kind of file, or by another model
    """
    parts = Parts(out.with_name(f"{out.name}.parts"))
    present = {name: (stat.st_size, stat.st_mtime_ns) for name in wav_files(folder) for stat in [(folder / name).stat()]}
    tables = [*([read_table(out)] if out.exists() else []), *parts.read()]
    done = {
        row.name: row
        for table in tables
        for row in table.rows
        if present.get(row.name) == (row.size_bytes, row.modified_ns) and not client.may_pass(row.error_reason)
    }
    model = _only_model(facts, tables) if done else None
    progress.begin(len(done), len(present))
    open_names = [name for name in present if name not in done]
    for names in _parts(open_names, _FILES_PER_PART):
        answer = client.predict_sounds(facts.name, [folder / name for name in names])
        table = _table_of(facts, answer, [(name, *present[name]) for name in names])
        if model is not None and (table.field, table.model_id) != (model.field, model.model_id):
            raise TableError(_other_model(out))
        model = table
        parts.append(table)
        done.update((row.name, row) for row in table.rows)
        progress.advance(len(names))
    if model is None:
        raise TableError(f"Expected files that end in {' or '.join(_SUFFIXES)}, found none in the folder.")
    rows = tuple(done[name] for name in present)
    whole = replace(model, rows=rows)
    write_table(out, whole)
    parts.remove()
    return whole


class Parts:
    """A folder of tables, one for each part of an unfinished run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self) -> list[Table]:
        return [read_table(path) for path in sorted(self._folder.glob("*.npz"))]

    def append(self, table: Table) -> None:
        self._folder.mkdir(exist_ok=True)
        last = max((int(path.stem) for path in self._folder.glob("*.npz")), default=-1)
        write_table(self._folder / f"{last + 1:06}.npz", table)

    def remove(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


def _only_model(facts: AlgorithmFacts, tables: Sequence[Table]) -> Table:
    first = tables[-1]
    if first.field != facts.result_field or any((table.field, table.model_id) != (first.field, first.model_id) for table in tables):
        raise TableError("Expected results of one algorithm and one model, got several. Give another --out, or --fresh.")
    return first


def _other_model(out: Path) -> str:
    return f"The endpoint has another model now than the one that computed what is in {out.name}. Give another --out, or --fresh."


def _table_of(facts: AlgorithmFacts, answer: SoundAnswer, files: Iterable[tuple[str, int, int]]) -> Table:
    rows = tuple(
        Row(name, size, at, None, outcome.reason or "UNKNOWN", outcome.description)
        if isinstance(outcome, InstanceError)
        else Row(name, size, at, outcome)
        for (name, size, at), outcome in zip(files, answer, strict=True)
    )
    return Table(facts.result_field, facts.result_names, answer.model_display_name or "", answer.deployed_model_id or "", rows)


def _parts(names: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), size):
        yield names[start : start + size]
