"""Owns the command: a folder of WAV files to one file of results, with a progress bar and resume."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tqdm import tqdm

from . import ALGORITHMS, VERSION, PredictClient, PredictError, TokenProvider, gcloud_token
from .folder_run import Parts, Progress, update_table
from .generated.algorithms import DEFAULT_ALGORITHM
from .table import TableError, check_format
from .target import Target, server_target, vertex_dedicated_target, vertex_shared_target

_TOKEN_VARIABLE = "PREDICT_SCHEMATA_TOKEN"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command. 0 when every file has a result, 1 when some have an error instead, 2 when the run failed."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if not given.folder.is_dir():
        parser.error(f"expected a folder of WAV files, but {given.folder} is none")
    try:
        return _run(given)
    except (PredictError, TableError, OSError, ValueError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        if isinstance(error, PredictError):
            print("What is done is kept; the same command goes on from there.", file=sys.stderr)
    except KeyboardInterrupt:
        print("Broken off. What is done is kept; the same command goes on from there.", file=sys.stderr)
    return 2


def _run(given: argparse.Namespace) -> int:
    out: Path = given.out
    check_format(out)
    if given.fresh:
        out.unlink(missing_ok=True)
        Parts(out.with_name(f"{out.name}.parts")).remove()
    with ExitStack() as stack:
        client = stack.enter_context(
            PredictClient(
                _target(given),
                project=given.project,
                location=given.location,
                endpoint=given.endpoint,
                token=_token(given),
                max_parallel_calls=given.parallel,
                deadline_s=given.deadline_s,
            )
        )
        bar: tqdm[None] = stack.enter_context(tqdm(unit="file", disable=True if given.quiet else None))

        def begin(done: int, total: int) -> None:
            bar.total = total
            bar.initial = bar.n = done
            bar.refresh()

        def advance(count: int) -> None:
            bar.update(count)

        table = update_table(client, ALGORITHMS[given.algorithm], given.folder, out, Progress(begin, advance))
    failed = [row for row in table.rows if row.values is None]
    for row in failed:
        print(f"{row.name}: {row.error_reason}: {row.error_description}", file=sys.stderr)
    by = f" by {table.model}" if table.model else ""
    print(f"{len(table.rows) - len(failed)} of {len(table.rows)} files have a result{by} in {out}.", file=sys.stderr)
    return 1 if failed else 0


def _target(given: argparse.Namespace) -> Target:
    if given.vertex_shared:
        return vertex_shared_target(given.location)
    if given.vertex_dedicated:
        if given.endpoint is None:
            raise ValueError("--vertex-dedicated needs --endpoint and the project's number as --project.")
        return vertex_dedicated_target(endpoint=given.endpoint, location=given.location, project_number=given.project)
    return server_target(given.url)


def _token(given: argparse.Namespace) -> str | TokenProvider | None:
    if given.gcloud:
        return gcloud_token()
    if given.token_file is not None:
        token: str = given.token_file.read_text().strip()
        return token
    return os.environ.get(_TOKEN_VARIABLE)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m predict_schemata",
        description="Sends the WAV files below a folder to an endpoint and keeps the results in one file. "
        "The same command once more sends only what is new, has changed or failed for a passing reason.",
    )
    add = parser.add_argument
    add("folder", type=Path, help="where the WAV files are, folders in it included")
    add("--out", type=Path, required=True, help="the file to write: .npz, or .parquet (needs pyarrow)")
    add("--algorithm", choices=sorted(ALGORITHMS), default=DEFAULT_ALGORITHM, help="default: %(default)s")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--url", default="http://127.0.0.1:8080", help="a server of your own; default: %(default)s")
    where.add_argument("--vertex-shared", action="store_true", help="a shared endpoint of Vertex AI in --location")
    where.add_argument("--vertex-dedicated", action="store_true", help="a dedicated endpoint of Vertex AI")
    add("--project", default="demo", help="default: %(default)s; its number for a dedicated endpoint")
    add("--location", default="us-central1", help="default: %(default)s")
    add("--endpoint", help="the endpoint's id; default: the algorithm's name")
    tokens = parser.add_mutually_exclusive_group()
    tokens.add_argument("--token-file", type=Path, help=f"holds the bearer token; default: ${_TOKEN_VARIABLE}")
    tokens.add_argument("--gcloud", action="store_true", help="tokens of `gcloud auth print-access-token`")
    add("--parallel", type=int, default=4, metavar="N", help="calls at once; default: %(default)s")
    add("--deadline-s", type=float, default=600.0, metavar="S", help="for each 256 files; default: %(default)g")
    add("--fresh", action="store_true", help="forget what an earlier run has done")
    add("--quiet", action="store_true", help="no progress bar")
    add("--version", action="version", version=VERSION)
    return parser


if __name__ == "__main__":
    sys.exit(main())
