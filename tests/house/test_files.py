"""What every tracked file must keep to."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Built from parts, so that this file passes its own test.
REGISTRIES = [
    ".".join(parts) for parts in [("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com")]
]
MACHINE = ["/" + "/".join(parts) for parts in [("work", "main"), ("work", "shared"), ("root", ""), ("opt", "pypi")]]


def tracked() -> list[Path]:
    """Every file that git keeps, as far as it is still there."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [path for name in names.split("\0") if name and (path := ROOT / name).is_file()]


def lines_with(needles: list[str]) -> list[str]:
    """Where one of the needles stands, as file:line."""
    pattern = re.compile("|".join(map(re.escape, needles)).encode())
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        for number, line in enumerate(path.read_bytes().splitlines(), 1)
        if pattern.search(line)
    ]


def test_there_are_files_to_look_at() -> None:
    """The tests of this file look at the project, not at nothing."""
    assert ROOT / "pyproject.toml" in tracked()


def test_no_file_names_a_package_registry() -> None:
    """Where packages come from is the machine's choice: no tracked file names a registry's host."""
    assert lines_with(REGISTRIES) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    """A fresh clone works anywhere: no tracked file names a folder of the machine it was written on."""
    assert lines_with(MACHINE) == []


@pytest.mark.parametrize("name", ["constraints.txt", "pyproject.toml", "Makefile", "scripts/setup", "scripts/releases"])
def test_setting_up_names_no_address(name: str) -> None:
    """What sets the project up holds no address at all."""
    assert "://" not in (ROOT / name).read_text()


def test_every_package_has_its_place_in_the_import_contract() -> None:
    """A new package of bot's is somebody's neighbour: the contract says whose."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    placed = {name.strip("() ") for layer in layers for name in layer.split(":")}
    there = {
        f"bot.{path.stem}"
        for path in (ROOT / "bot").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert there - placed == {"bot.__init__"}
