"""Owns the package's own environment: makes it unless it is there, builds sdist and wheel into dist/, installs the wheel.

Run by any Python from 3.11 with the environment's folder as its argument, in the folder of pyproject.toml.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path


def main(environment: Path) -> None:
    requirements = Path("requirements.txt")
    python = environment / "bin" / "python"
    # Written last: an installation that was broken off is begun anew.
    complete = environment / "complete"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if not complete.exists() or complete.read_text() != wanted:
        venv.create(environment, clear=True, with_pip=True)
        run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", str(requirements))
        complete.write_text(wanted)
    shutil.rmtree("dist", ignore_errors=True)
    # What builds it is pinned in the environment; an environment of its own would fetch it anew.
    run(python, "-m", "build", "--no-isolation", "--outdir", "dist", ".")
    wheels = [str(path) for path in Path("dist").glob("*.whl")]
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--force-reinstall", "--no-deps", *wheels)


def run(program: Path, *arguments: str) -> None:
    subprocess.run([str(program), *arguments], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
