"""The command: a folder to a file of results, broken off and begun again."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from conftest import FakeServer, Reply, clip, embedding_of, failing, first_sample, status_body

from predict_schemata import encode_wav, folder_run
from predict_schemata.__main__ import main
from predict_schemata.table import Row, Table, TableError, read_table, write_table

NAMES = ["a.wav", "b.WAV", "c.wave", "deeper/d.wav", "ü é.wav"]


def run(clips: Path, out: Path, fake: FakeServer, *more: str) -> int:
    return main([str(clips), "--out", str(out), "--url", fake.url, "--quiet", *more])


def sent(fake: FakeServer) -> list[int]:
    numbers = sorted(first_sample(instance) for one in fake.predictions for instance in one.instances)
    fake.received.clear()
    return numbers


@pytest.fixture(params=[".npz", ".parquet"])
def out(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / f"embeddings{request.param}"


def test_a_folder_and_again_what_changed(clips: Path, out: Path, fake: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(clips, out, fake) == 0
    assert "5 of 5 files have a result by A model" in capsys.readouterr().err
    table = read_table(out)
    assert [row.name for row in table.rows] == NAMES
    assert np.array_equal(table.values(), np.array([[n, 0.1, 0.2] for n in range(1, 6)], dtype=np.float32))
    assert (table.field, table.model, table.model_id) == ("embedding", "A model", "model-1")
    assert sent(fake) == [1, 2, 3, 4, 5]

    assert run(clips, out, fake) == 0
    assert sent(fake) == []

    (clips / "b.WAV").write_bytes(encode_wav(clip(22, 9), 16_000))
    (clips / "new.wav").write_bytes(encode_wav(clip(6), 16_000))
    (clips / "c.wave").unlink()
    assert run(clips, out, fake) == 0
    assert sent(fake) == [6, 22]
    assert read_table(out).values()[:, 0].tolist() == [1, 22, 4, 6, 5]

    assert run(clips, out, fake, "--fresh") == 0
    assert sent(fake) == [1, 4, 5, 6, 22]


def test_a_run_that_is_broken_off_goes_on(
    clips: Path, out: Path, fake: FakeServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(folder_run, "_FILES_PER_PART", 2)
    fake.replies = [Reply(), Reply(), Reply(403, status_body(403, "TOKEN_NOT_FOR_ENDPOINT"))]
    assert run(clips, out, fake) == 2
    assert "TOKEN_NOT_FOR_ENDPOINT" in capsys.readouterr().err
    assert not out.exists()
    assert sent(fake) == [1, 2, 3, 4, 5]
    assert run(clips, out, fake) == 0
    assert sent(fake) == [5]
    assert read_table(out).values()[:, 0].tolist() == [1, 2, 3, 4, 5]
    assert [path.name for path in out.parent.iterdir() if path.name != "clips"] == [out.name]


def test_files_that_fail_are_told_and_tried_again_when_that_may_help(
    clips: Path, out: Path, fake: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    reasons = {1: "INVALID_AUDIO", 2: "STORAGE_TIMEOUT"}

    def answer(instance: dict) -> dict:
        reason = reasons.get(first_sample(instance))
        return failing(reason) if reason else embedding_of(instance)

    fake.answer = answer
    assert run(clips, out, fake) == 1
    told = capsys.readouterr().err
    assert "a.wav: INVALID_AUDIO: because of INVALID_AUDIO" in told and "3 of 5 files have a result" in told
    table = read_table(out)
    assert [row.error_reason for row in table.rows] == ["INVALID_AUDIO", "STORAGE_TIMEOUT", "", "", ""]
    assert np.isnan(table.values()[:2]).all() and np.isfinite(table.values()[2:]).all()
    fake.received.clear()
    reasons.clear()
    assert run(clips, out, fake) == 1
    assert sent(fake) == [2]


def test_another_model_is_not_mixed_in(clips: Path, out: Path, fake: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(clips, out, fake) == 0
    before = out.read_bytes()
    fake.model_id = "model-2"
    (clips / "new.wav").write_bytes(encode_wav(clip(6), 16_000))
    assert run(clips, out, fake) == 2
    assert "another model" in capsys.readouterr().err
    assert out.read_bytes() == before
    assert run(clips, out, fake, "--fresh") == 0


def test_mistakes(clips: Path, tmp_path: Path, fake: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(clips, tmp_path / "out.csv", fake) == 2
    assert ".npz or .parquet" in capsys.readouterr().err
    (tmp_path / "empty").mkdir()
    assert run(tmp_path / "empty", tmp_path / "out.npz", fake) == 2
    assert "found none" in capsys.readouterr().err
    (tmp_path / "out.npz").write_bytes(b"something else")
    assert run(clips, tmp_path / "out.npz", fake) == 2
    assert "is none" in capsys.readouterr().err
    assert (tmp_path / "out.npz").read_bytes() == b"something else"
    with pytest.raises(SystemExit):
        main([str(tmp_path / "none"), "--out", "x.npz"])
    assert fake.received == []


def test_tables_of_failures_alone_and_of_names(out: Path) -> None:
    failed = Row("a", 1, 2, None, "R", "d")
    write_table(out, Table("scores", ("cough", "snore"), "m", "1", (failed,)))
    table = read_table(out)
    assert (table.columns, table.rows[0].values, table.rows[0].error_reason) == (("cough", "snore"), None, "R")
    write_table(out, Table("embedding", (), "m", "1", (failed,)))
    assert read_table(out).rows[0].values is None


def test_a_table_is_there_as_a_whole_or_not_at_all(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = Row("a", 1, 2, np.ones(3, np.float32))
    write_table(out, Table("embedding", (), "m", "1", (row,)))
    before = out.read_bytes()

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "replace", full)
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_table(out, Table("embedding", (), "m", "1", (row, row)))
    assert out.read_bytes() == before
    assert [path.name for path in out.parent.iterdir()] == [out.name]


def test_a_file_of_another_kind_is_told(out: Path) -> None:
    out.write_bytes(b"PK\x03\x04 or something")
    with pytest.raises(TableError, match="earlier run"):
        read_table(out)
