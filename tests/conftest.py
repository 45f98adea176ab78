"""What every test may use, and what happens where something of the system is missing."""

import os
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest

NO_SKIP = bool(os.environ.get("SENDERDESK_NO_SKIP"))
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_postgres() -> Path | None:
    """The folder of PostgreSQL's server programs, newest version first; None where there is no PostgreSQL."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda f: float(f.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    folders += [Path(on_path).resolve().parent] if on_path else []
    return next((f for f in folders if (f / "initdb").exists() and (f / "pg_ctl").exists()), None)


def find_chromium() -> Path | None:
    """The system's Chromium; None where there is none."""
    return next((Path(found) for name in BROWSERS if (found := shutil.which(name))), None)


MISSING = {
    marker: advice
    for marker, found, advice in [
        ("postgres", find_postgres(), "PostgreSQL is not here, its tests are skipped: apt-get install postgresql"),
        ("browser", find_chromium(), "Chromium is not here, its tests are skipped: apt-get install chromium"),
    ]
    if found is None
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests whose programs are missing."""
    for item in items:
        for marker, advice in MISSING.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=advice))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.CallInfo[None], None]:
    """With SENDERDESK_NO_SKIP a skipped test has failed."""
    outcome = yield
    report = outcome.get_result()
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once, in one line each, what to install."""
    for advice in MISSING.values():
        terminalreporter.write_line(advice)


@pytest.fixture(scope="session")
def postgres_programs() -> Path:
    """The folder with initdb and pg_ctl; for tests marked ``postgres``."""
    found = find_postgres()
    assert found is not None
    return found


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser's program; for tests marked ``browser``."""
    found = find_chromium()
    assert found is not None
    return found
