"""A million contacts checked, beside what reading them alone costs; hostile files; differences to phonenumbers.

Everything that is compared runs in turns, each time in a process of its own, and a figure is the median of the rounds.
Against us: reading and stepping through rows judge and write nothing, and the loop writes nothing either. For us: the
automaton comes ready-made from its cache, which a first run does not have.
The last line is one JSON object. The sample files are made first, from a seed; see contact_files.py.

    python tests/benchmarks/contacts.py [--rounds 7] [--rows 1000000] [--strings 2000000] [--seed N] [--only PART ...]
"""
# ruff: noqa: PLC0415 - each measurement imports what it needs, in a process of its own

import argparse
import asyncio
import csv
import importlib.util
import itertools
import json
import math
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).parent
PARTS = ("csv", "xlsx", "rejected", "differences", "hostile", "acks")


def load(name: str) -> ModuleType:
    """A module that stands beside this one."""
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# What is measured: each in a process of its own, which imports first. Each gives facts beside its time.


def polars_read(path: Path, _folder: Path) -> Callable[[], dict[str, Any]]:
    """Bare polars: every column as text."""
    import polars as pl

    return lambda: {"rows": pl.read_csv(path, infer_schema=False).height}


def csv_module(path: Path, _folder: Path) -> Callable[[], dict[str, Any]]:
    """Python's csv module, stepping through the rows."""

    def run() -> dict[str, Any]:
        with path.open(encoding="utf-8", newline="") as file:
            return {"rows": sum(1 for _ in csv.reader(file)) - 1}

    return run


def phonenumbers_loop(path: Path, _folder: Path) -> Callable[[], dict[str, Any]]:
    """The plain loop, on the first tenth of the rows: parse, is valid, E.164, seen before."""
    import phonenumbers

    reference = load("number_strings").reference
    phonenumbers.parse("+6591234567")

    def run() -> dict[str, Any]:
        seen: set[int] = set()
        rejected = []
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            next(rows)
            for count, row in enumerate(rows, 1):
                e164 = reference(row[0], None)[0]
                if not e164:
                    rejected.append(row)
                seen.add(e164)
                if count == TENTH:
                    break
        return {"rows": count}

    return run


def everything(path: Path, folder: Path) -> Callable[[], dict[str, Any]]:
    """The engine: read, judge, drop duplicates, write both files. It is loaded as the child process loads it."""
    from bot.loading import loading

    with loading():
        from bot.contacts.check import check
        from bot.contacts.outcome import CheckOptions

    def run() -> dict[str, Any]:
        result = check(path, CheckOptions(limit_bytes=None), folder)
        return {"rows": result.rows_total, "accepted": result.rows_accepted, "rejected": result.rows_rejected}

    return run


def fastexcel_load(path: Path, _folder: Path) -> Callable[[], dict[str, Any]]:
    """Bare fastexcel: the sheet as columns of text."""
    import fastexcel

    def run() -> dict[str, Any]:
        sheet = fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string")
        return {"rows": sheet.to_polars().height}

    return run


def rejected_workbook(_path: Path, folder: Path) -> Callable[[], dict[str, Any]]:
    """A rejected workbook of a million rows of five columns."""
    import polars as pl

    from bot.contacts.text_workbook import TextWorkbook, render

    rows, at_once = 1_000_000, 4096
    texts = [pl.Series(name, [text] * at_once) for name, text in (("b", "José"), ("c", "ใจดี, Jr"), ("d", "too short"))]

    def run() -> dict[str, Any]:
        with TextWorkbook(folder / "rejected.xlsx", ["row", "phone", "first", "last", "reason"]) as book:
            for before in range(0, rows, at_once):
                numbers = pl.int_range(before, min(before + at_once, rows), eager=True)
                others = [text.head(len(numbers)) for text in texts]
                frame = pl.DataFrame([("+65" + numbers.cast(pl.String)).alias("a"), *others])
                book.write(render(numbers, frame, before))
        return {"rows": rows}

    return run


def asked(path: Path, _folder: Path) -> Callable[[], dict[str, Any]]:
    """How many rows phonenumbers itself had to judge."""
    from bot.contacts.judge import Judge
    from bot.contacts.numbering.store import Store, own_folder
    from bot.contacts.read_csv import CsvSource

    def run() -> dict[str, Any]:
        judge = Judge(None, Store(own_folder()))
        for block in CsvSource(path).blocks():
            judge.column(block.frame()["0"])
        return {"asked": judge.asked}

    return run


def building(_path: Path, _folder: Path) -> Callable[[], dict[str, Any]]:
    """The automaton, made anew from the metadata, as at the first use of a release of phonenumbers."""
    from bot.contacts.numbering.store import Store

    return lambda: {"rows": len(Store().international().steps)}


MEASURED = {
    f.__name__: f
    for f in (
        polars_read,
        csv_module,
        phonenumbers_loop,
        everything,
        fastexcel_load,
        rejected_workbook,
        asked,
        building,
    )
}
TENTH = 100_000


def measure_here(name: str, path: Path) -> None:
    """In the child: import, run, say what it took."""
    with tempfile.TemporaryDirectory() as folder:
        run = MEASURED[name](path, Path(folder))
        began = time.perf_counter(), time.process_time()
        facts = run()
        wall, processor = time.perf_counter() - began[0], time.process_time() - began[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"wall": wall, "processor": processor, "peak": peak, **facts}))


def measured(name: str, path: Path) -> dict[str, Any]:
    """One measurement in a new process."""
    command = [sys.executable, __file__, "--measure", name, str(path)]
    said: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return said


def in_turns(names: dict[str, Path], rounds: int) -> dict[str, dict[str, float]]:
    """Each in turn, so many rounds; the medians."""
    every: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for number in range(rounds):
        for name, path in names.items():
            if name == "phonenumbers_loop" and number >= 3:  # it takes long, and its median settles soon
                continue
            every[name].append(measured(name, path))
    return {
        name: {key: statistics.median(one[key] for one in runs) for key in ("wall", "processor", "peak", "rows")}
        for name, runs in every.items()
    }


# The parts


def csv_part(folder: Path, rounds: int, rows: int) -> dict[str, float]:
    """The engine beside readers and beside the plain loop."""
    path = folder / "contacts.csv"
    found = in_turns(dict.fromkeys(("polars_read", "csv_module", "everything", "phonenumbers_loop"), path), rounds)
    for name, one in found.items():
        show(f"CSV, {name}", f"{one['wall']:.3f} s, processor {one['processor']:.3f} s, peak {one['peak']:.0f} MiB")
    full = found["everything"]["wall"]
    loop = found["phonenumbers_loop"]["wall"] * rows / found["phonenumbers_loop"]["rows"]
    return {
        "csv_vs_polars_read": full / found["polars_read"]["wall"],
        "csv_vs_csv_module": full / found["csv_module"]["wall"],
        "csv_vs_phonenumbers_loop": loop / full,
        "fallback_share": measured("asked", path)["asked"] / rows,
        "peak_mib": found["everything"]["peak"],
        "build_seconds": in_turns({"building": path}, rounds)["building"]["wall"],
    }


def xlsx_part(folder: Path, rounds: int) -> dict[str, float]:
    """The engine beside fastexcel."""
    path = folder / "contacts.xlsx"
    found = in_turns({"fastexcel_load": path, "everything": path}, rounds)
    for name, one in found.items():
        show(f".xlsx, {name}", f"{one['wall']:.3f} s, processor {one['processor']:.3f} s, peak {one['peak']:.0f} MiB")
    return {"xlsx_vs_fastexcel_load": found["everything"]["wall"] / found["fastexcel_load"]["wall"]}


def rejected_part(folder: Path, rounds: int) -> dict[str, float]:
    """The writer of rejected workbooks."""
    found = in_turns({"rejected_workbook": folder}, rounds)["rejected_workbook"]
    return {"rejected_rows_per_s": found["rows"] / found["wall"], "rejected_peak_mib": found["peak"]}


def count_differences(seed: int, count: int, country: str | None) -> tuple[int, int, list[str]]:
    """Differences among so many strings, rows that were asked about, and some examples."""
    import polars as pl

    from bot.contacts.judge import Judge
    from bot.contacts.numbering.store import Store, own_folder
    from bot.contacts.verdicts import ACCEPTED, REASONS, REGIONS

    strings = load("number_strings")
    texts = list(strings.Strings(seed).strings(count, country))
    judge = Judge(country, Store(own_folder()))
    found = judge.column(pl.Series(texts, dtype=pl.String))
    answers = zip(found.e164.tolist(), [REGIONS[place] for place in found.region], found.type.tolist(), strict=True)
    accepted = found.reason == ACCEPTED
    sane = ((accepted == (found.e164 > 0)) & (accepted | (found.reason < len(REASONS)))).tolist()
    judged_so = zip(texts, answers, sane, strict=True)
    wrong = [text for text, answer, good in judged_so if not good or answer != strings.reference(text, country)]
    return len(wrong), judge.asked, [f"{country}: {text!r}" for text in wrong[:3]]


def differences_part(strings: int, seed: int) -> dict[str, float]:
    """Half of the strings without a country, half with one, all countries alike."""
    import phonenumbers

    countries = sorted(phonenumbers.SUPPORTED_REGIONS)
    each = math.ceil(strings / 2 / len(countries))
    jobs = [(seed + part, math.ceil(strings / 2 / 20), None) for part in range(20)]
    jobs += [(seed + 100 + part, each, country) for part, country in enumerate(countries)]
    with ProcessPoolExecutor(2) as pool:
        found = list(pool.map(count_differences, *zip(*jobs, strict=True), chunksize=1))
    for _, _, examples in found:
        for example in examples:
            show("differs", example)
    count = sum(job[1] for job in jobs)
    asked = sum(one[1] for one in found)
    for what, some in (("without a country", slice(20)), ("with each country", slice(20, None))):
        share = 1 - sum(one[1] for one in found[some]) / sum(job[1] for job in jobs[some])
        show(f"strings {what}", f"{sum(job[1] for job in jobs[some]):,}, {share:.1%} decided without phonenumbers")
    show("differences", f"seed {seed}: {count:,} strings, {count - asked:,} decided without asking phonenumbers")
    return {"differences": sum(one[0] for one in found), "strings": count}


def hostile_here(number: int, folder: Path) -> None:
    """In the child: check one hostile file in a child of its own, and say how it went."""
    from bot.contacts.child import check_in_child
    from bot.contacts.engine_errors import Unreadable
    from bot.contacts.outcome import CheckOptions

    path = folder / f"hostile-{number}"
    (folder / "out").mkdir(exist_ok=True)
    began = time.perf_counter()
    try:
        answer = f"{asyncio.run(check_in_child(path, CheckOptions(), folder / 'out')).rows_total:,} rows"
    except Unreadable as error:
        answer = type(error).__name__
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps({"answer": answer, "seconds": seconds, "peak": peak}))


def hostile_part(folder: Path) -> dict[str, float]:
    """Every hostile file: how long until a clear answer, and how much memory the child took."""
    worst = {"hostile_seconds": 0.0, "hostile_peak_mib": 0.0}
    for number, name in enumerate(load("contact_files").HOSTILE):
        make = f"import runpy; f = runpy.run_path({str(HERE / 'contact_files.py')!r})['HOSTILE'][{name!r}];"
        make += f" open({str(folder / f'hostile-{number}')!r}, 'wb').write(f())"
        subprocess.run([sys.executable, "-c", make], check=True)
        command = [sys.executable, __file__, "--hostile", str(number), str(folder)]
        said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        (folder / f"hostile-{number}").unlink()
        show(name, f"{said['answer']}, {said['seconds']:.1f} s, {said['peak']:.0f} MiB")
        worst["hostile_seconds"] = max(worst["hostile_seconds"], said["seconds"])
        worst["hostile_peak_mib"] = max(worst["hostile_peak_mib"], said["peak"])
    return worst


async def answers(person: Any, commands: int) -> list[float]:
    """How long the bot takes to answer each of so many commands."""
    taken = []
    for _ in range(commands):
        began = time.perf_counter()
        await person.command("C0KOPI", "/desk help")
        taken.append(time.perf_counter() - began)
        await asyncio.sleep(0.005)
    return taken


async def check_over_and_over(told: Any, file: Any, enough: asyncio.Event) -> int:
    """A person has a file checked, again and again; how many times."""
    for count in itertools.count():
        card = await told.card(told.ana, "C0KOPI", file, "Check again")
        if enough.is_set():
            return count
        await told.ana.click(card, "contacts:check_again")
        card = await told.card(told.ana, "C0KOPI", file, "Change columns")
        await told.ana.click(card, "contacts:cancel")
    return 0


async def acks_part(folder: Path, rounds: int, commands: int = 300) -> dict[str, float]:
    """How long the running bot takes to answer a command, idle and while it has two files checked, in turns."""
    from bot.demo import running
    from bot.demo.story import Told, link_channels

    content = (folder / "contacts.csv").read_bytes()
    taken: dict[str, list[list[float]]] = {"idle": [], "while two files are checked": []}
    checks = 0
    with tempfile.TemporaryDirectory() as data:
        async with running(Path(data)) as demo:
            told = Told(demo.sandbox.world)
            await link_channels(told)
            files = [await told.ana.upload("C0KOPI", f"{name}.csv", content) for name in ("june", "july")]
            for file in files:
                await told.ana.click(await told.card(told.ana, "C0KOPI", file, "Change columns"), "contacts:cancel")
            await answers(told.ana, commands)
            for _ in range(rounds):
                taken["idle"].append(await answers(told.ana, commands))
                enough = asyncio.Event()
                judging = [asyncio.create_task(check_over_and_over(told, file, enough)) for file in files]
                await asyncio.sleep(0.5)  # both are at work
                taken["while two files are checked"].append(await answers(told.ana, commands))
                enough.set()
                checks += sum(await asyncio.gather(*judging))
    p99 = {name: [statistics.quantiles(one, n=100)[98] for one in every] for name, every in taken.items()}
    for name, every in taken.items():
        p50, high = statistics.median(itertools.chain(*every)) * 1e3, statistics.median(p99[name]) * 1e3
        show(f"answer to /desk help, {name}", f"p50 {p50:.1f} ms, p99 {high:.1f} ms")
    ratios = [busy / idle for idle, busy in zip(*p99.values(), strict=True)]
    show("p99 against idle, each round", f"{' '.join(f'{ratio:.2f}' for ratio in ratios)} ({checks} checks meanwhile)")
    return {"ack_p99_ratio": statistics.median(ratios)}


GOALS = (
    ("csv_vs_polars_read", "a million rows of CSV, everything, against polars' bare read", "x", 10, 5),
    ("csv_vs_csv_module", "the same against the csv module stepping through", "x", 2, 1),
    ("csv_vs_phonenumbers_loop", "the same, faster than the csv + phonenumbers loop", "x", 50, 80),
    ("differences", "differences to phonenumbers", "", 0, 0),
    ("fallback_share", "rows of the sample that phonenumbers itself had to judge", "", 0.01, 0.01),
    ("peak_mib", "peak memory for it", "MiB", 450, 250),
    ("build_seconds", "the automaton, built at first use", "s", 3, 3),
    ("xlsx_vs_fastexcel_load", "a million rows of .xlsx, everything, against fastexcel's bare load", "x", 1.6, 1.3),
    ("rejected_rows_per_s", "rejected workbook", "rows/s", 100_000, 100_000),
    ("rejected_peak_mib", "peak memory for it", "MiB", 100, 100),
    ("hostile_seconds", "hostile files: the longest until a clear answer", "s", 60, 20),
    ("hostile_peak_mib", "hostile files: the most memory", "MiB", 1024, 1024),
    ("ack_p99_ratio", "p99 of answers while two files are judged, against idle", "x", 3, 1.5),
)
HIGHER_IS_BETTER = {"csv_vs_phonenumbers_loop", "rejected_rows_per_s"}


def show(what: str, words: str) -> None:
    """A line of the report."""
    print(f"{what:<56} {words}", flush=True)


def table(figures: dict[str, float]) -> None:
    """Each figure beside what it must be and what it should be."""
    print(f"\n{'':<70} {'measured':>12} {'at least':>10} {'aim':>10}")
    for key, words, unit, least, aim in GOALS:
        if key in figures:
            value = figures[key]
            good = value >= least if key in HIGHER_IS_BETTER else value <= least
            print(f"{words:<70} {value:>10,.3g}{'' if good else ' !'} {least:>10,g} {aim:>10,g} {unit}")


def make_files(folder: Path, rows: int) -> None:
    """The sample files, made once."""
    files, strings = load("contact_files"), load("number_strings").Strings(7)
    for name, write in (("contacts.csv", files.write_csv), ("contacts.xlsx", files.write_xlsx)):
        if not (folder / name).exists():
            write(folder / name, files.contacts(rows, strings.sample))
            show(name, f"{(folder / name).stat().st_size / 1e6:.1f} MB")


def main() -> None:
    """Run the parts that are asked for."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--strings", type=int, default=2_000_000)
    options.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    options.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    options.add_argument("--folder", type=Path, help="Keep the sample files here.")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        subprocess.run([sys.executable, __file__, "--make", str(folder), str(given.rows)], check=True)
        parts: dict[str, Callable[[], dict[str, float]]] = {
            "csv": lambda: csv_part(folder, given.rounds, given.rows),
            "xlsx": lambda: xlsx_part(folder, given.rounds),
            "rejected": lambda: rejected_part(folder, given.rounds),
            "differences": lambda: differences_part(given.strings, given.seed),
            "hostile": lambda: hostile_part(folder),
            "acks": lambda: asyncio.run(acks_part(folder, given.rounds)),
        }
        figures: dict[str, float] = {}
        for part in given.only:
            figures |= parts[part]()
    table(figures)
    print(json.dumps({key: round(value, 4) for key, value in figures.items()}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure_here(sys.argv[2], Path(sys.argv[3]))
    elif sys.argv[1:2] == ["--make"]:
        make_files(Path(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1:2] == ["--hostile"]:
        hostile_here(int(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()
