"""Owns the table of a folder's results: what it holds of each file, and how it lies in .npz and .parquet.

Must not know how it is filled.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

FORMATS = (".npz", ".parquet")


class TableError(Exception):
    """A file that cannot be read or written as a table; its text is for the user."""


@dataclass(frozen=True, eq=False)
class Row:
    """The result of one file. What identifies the file's content stands beside it, so that a later run sees what has changed."""

    name: str
    size_bytes: int
    modified_ns: int
    #: None for a file that failed.
    values: NDArray[np.float32] | None
    #: Empty when there are values.
    error_reason: str = ""
    error_description: str = ""


@dataclass(frozen=True, eq=False)
class Table:
    """Rows by the same model."""

    #: The contract's name of the result, which is that of the column.
    field: str
    #: What each number of a result is, where they have names.
    columns: tuple[str, ...]
    model: str
    model_id: str
    rows: tuple[Row, ...]

    def values(self) -> NDArray[np.float32]:
        """One row for each file, NaN for one that failed."""
        width = next((row.values.size for row in self.rows if row.values is not None), len(self.columns))
        values = np.full((len(self.rows), width), np.nan, np.float32)
        for index, row in enumerate(self.rows):
            if row.values is not None:
                values[index] = row.values
        return values


def check_format(path: Path) -> None:
    """
    Raises:
        TableError: for an ending that is none of `FORMATS`, or a format whose library is missing
    """
    if path.suffix not in FORMATS:
        raise TableError(f"Expected a file that ends in {' or '.join(FORMATS)}, got {path.name}.")
    if path.suffix == ".parquet":
        _pyarrow()


def write_table(path: Path, table: Table) -> None:
    """Puts the whole file in its place at once: a run that is broken off leaves the old one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        (_write_parquet if path.suffix == ".parquet" else _write_npz)(beside, table)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def read_table(path: Path) -> Table:
    """
    Raises:
        TableError: for a file that `write_table` did not write
    """
    try:
        return (_read_parquet if path.suffix == ".parquet" else _read_npz)(path)
    except (ValueError, KeyError, TypeError, OSError, EOFError, BadZipFile) as cause:
        raise TableError(f"Expected a file of an earlier run, but {path.name} is none. Give another --out.") from cause


def _rows(
    names: Iterable[str],
    sizes: Iterable[int],
    modified: Iterable[int],
    values: NDArray[np.float32],
    reasons: Iterable[str],
    descriptions: Iterable[str],
) -> tuple[Row, ...]:
    return tuple(
        Row(str(name), int(size), int(at), None if reason else row, str(reason), str(description))
        for name, size, at, row, reason, description in zip(names, sizes, modified, values, reasons, descriptions, strict=True)
    )


def _write_npz(path: Path, table: Table) -> None:
    # A file, since savez would add an ending to a path.
    with path.open("wb") as file:
        columns: dict[str, Any] = {table.field: table.values()}
        np.savez(
            file,
            names=np.array([row.name for row in table.rows], dtype=str),
            size_bytes=np.array([row.size_bytes for row in table.rows], dtype=np.int64),
            modified_ns=np.array([row.modified_ns for row in table.rows], dtype=np.int64),
            error_reasons=np.array([row.error_reason for row in table.rows], dtype=str),
            error_descriptions=np.array([row.error_description for row in table.rows], dtype=str),
            columns=np.array(table.columns, dtype=str),
            field=np.array(table.field),
            model=np.array(table.model),
            model_id=np.array(table.model_id),
            **columns,
        )


def _read_npz(path: Path) -> Table:
    with np.load(path, allow_pickle=False) as file:
        field = str(file["field"])
        rows = _rows(
            file["names"],
            file["size_bytes"],
            file["modified_ns"],
            file[field],
            file["error_reasons"],
            file["error_descriptions"],
        )
        return Table(field, tuple(str(name) for name in file["columns"]), str(file["model"]), str(file["model_id"]), rows)


def _pyarrow() -> Any:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as cause:
        raise TableError(
            "Parquet needs pyarrow: pip install 'predict-schemata[parquet]', or give an --out that ends in .npz."
        ) from cause
    return pyarrow


def _write_parquet(path: Path, table: Table) -> None:
    arrow = _pyarrow()
    values = table.values()
    flat = arrow.array(values.reshape(-1), type=arrow.float32())
    failed = arrow.array([row.values is None for row in table.rows], type=arrow.bool_())
    lists = arrow.FixedSizeListArray.from_arrays(flat, max(1, values.shape[1]), mask=failed) if values.size else None
    columns = {
        "name": arrow.array([row.name for row in table.rows], type=arrow.string()),
        table.field: lists if lists is not None else arrow.nulls(len(table.rows), arrow.list_(arrow.float32(), 1)),
        "error_reason": arrow.array([row.error_reason for row in table.rows], type=arrow.string()),
        "error_description": arrow.array([row.error_description for row in table.rows], type=arrow.string()),
        "size_bytes": arrow.array([row.size_bytes for row in table.rows], type=arrow.int64()),
        "modified_ns": arrow.array([row.modified_ns for row in table.rows], type=arrow.int64()),
    }
    facts = {"field": table.field, "columns": "\n".join(table.columns), "model": table.model, "model_id": table.model_id}
    arrow.parquet.write_table(arrow.table(columns).replace_schema_metadata(facts), path)


def _read_parquet(path: Path) -> Table:
    arrow = _pyarrow()
    found = arrow.parquet.read_table(path)
    facts = {key.decode(): value.decode() for key, value in (found.schema.metadata or {}).items()}
    field = facts["field"]
    lists = found.column(field).combine_chunks()
    width = lists.type.list_size
    # The numbers behind a null are there, too, so that rows keep their places.
    values = np.asarray(lists.values).reshape(-1, width) if len(lists) else np.zeros((0, 0), np.float32)
    rows = _rows(
        found.column("name").to_pylist(),
        found.column("size_bytes").to_pylist(),
        found.column("modified_ns").to_pylist(),
        values,
        found.column("error_reason").to_pylist(),
        found.column("error_description").to_pylist(),
    )
    columns = tuple(facts["columns"].split("\n")) if facts["columns"] else ()
    return Table(field, columns, facts["model"], facts["model_id"], rows)
