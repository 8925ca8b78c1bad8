"""What is published."""

from __future__ import annotations

import tarfile
from pathlib import Path
from zipfile import ZipFile

from predict_schemata import VERSION

DIST = Path(__file__).resolve().parent.parent / "dist"


def test_the_wheel_is_typed_whole_and_nothing_else() -> None:
    with ZipFile(DIST / f"predict_schemata-{VERSION}-py3-none-any.whl") as wheel:
        names = set(wheel.namelist())
    assert {"predict_schemata/py.typed", "predict_schemata/generated/hear/models/hear_instance.py"} <= names
    assert {name.split("/")[0] for name in names} == {"predict_schemata", f"predict_schemata-{VERSION}.dist-info"}
    assert not [name for name in names if name.endswith(".pyc")]


def test_the_source_is_enough_to_build_and_test() -> None:
    with tarfile.open(DIST / f"predict_schemata-{VERSION}.tar.gz") as source:
        names = {name.split("/", 1)[1] for name in source.getnames() if "/" in name}
    wanted = {"pyproject.toml", "README.md", "generated/algorithms.py", "src/predict_schemata/wav.py", "tests/conftest.py"}
    assert wanted <= names
