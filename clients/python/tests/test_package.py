"""What is published."""

from __future__ import annotations

import tarfile
from pathlib import Path
from zipfile import ZipFile

from predict_schemata import VERSION

HERE = Path(__file__).resolve().parent.parent
DIST = HERE / "dist"
LICENCE = (HERE / "LICENSE").read_bytes()


def test_the_wheel_is_typed_whole_and_nothing_else() -> None:
    with ZipFile(DIST / f"predict_schemata-{VERSION}-py3-none-any.whl") as wheel:
        names = set(wheel.namelist())
        licence = wheel.read(f"predict_schemata-{VERSION}.dist-info/licenses/LICENSE")
    assert licence == LICENCE
    assert {"predict_schemata/py.typed", "predict_schemata/generated/hear/models/hear_instance.py"} <= names
    assert {name.split("/")[0] for name in names} == {"predict_schemata", f"predict_schemata-{VERSION}.dist-info"}
    assert not [name for name in names if name.endswith(".pyc")]


def test_the_source_is_enough_to_build_and_test() -> None:
    folder = f"predict_schemata-{VERSION}"
    with tarfile.open(DIST / f"{folder}.tar.gz") as source:
        names = {name.split("/", 1)[1] for name in source.getnames() if "/" in name}
        licence = source.extractfile(f"{folder}/LICENSE")
        assert licence is not None and licence.read() == LICENCE
    wanted = {"pyproject.toml", "README.md", "generated/algorithms.py", "src/predict_schemata/wav.py", "tests/conftest.py"}
    assert wanted <= names
