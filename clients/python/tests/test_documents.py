"""What README and examples show is run, as it stands, against a server."""

from __future__ import annotations

import os
import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import clip

from predict_schemata import encode_wav

ROOT = Path(__file__).resolve().parent.parent
BLOCKS = re.findall(r"```(python|sh)\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
PROGRAMS = [code for language, code in BLOCKS if language == "python"]
COMMANDS = [
    line
    for language, code in BLOCKS
    if language == "sh"
    for line in code.splitlines()
    if line.startswith("python -m predict_schemata")
]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: str, token: str) -> Path:
    """A folder in which what is shown can run."""
    (tmp_path / "clips").mkdir()
    for name in ("cough.wav", "breath.wav"):
        (tmp_path / "clips" / name).write_bytes(encode_wav(clip(len(name), 32_000), 16_000))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PREDICT_SCHEMATA_URL", server)
    monkeypatch.setenv("PREDICT_SCHEMATA_TOKEN", token)
    return tmp_path


def test_there_is_something_to_run() -> None:
    assert len(PROGRAMS) >= 4 and len(COMMANDS) >= 2


@pytest.mark.parametrize("code", PROGRAMS)
def test_programs_of_the_readme(code: str, place: Path, server: str, token: str) -> None:
    filled = code.replace("http://127.0.0.1:8080", server).replace('"TOKEN"', repr(token))
    subprocess.run([sys.executable, "-c", filled], check=True, cwd=place, timeout=120)


@pytest.mark.parametrize("line", COMMANDS)
def test_commands_of_the_readme(line: str, place: Path, server: str) -> None:
    _, *arguments = shlex.split(line, comments=True)
    command = [sys.executable, *arguments, "--url", server, "--quiet"]
    subprocess.run(command, check=True, cwd=place, timeout=120, env=dict(os.environ))
    assert (place / arguments[arguments.index("--out") + 1]).exists()


def test_the_example(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(ROOT / "examples" / "similar_sounds.py"), run_name="__main__")
    assert "closest" in capsys.readouterr().out
