"""The automata: no difference to phonenumbers, and what they do when something is new to them."""

import contextlib
import re
import subprocess
import sys
import time
from functools import partial
from math import ceil
from pathlib import Path

import phonenumbers
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.contacts.judge import Judge
from bot.contacts.numbering import plan, store
from bot.contacts.numbering.international import International
from bot.contacts.numbering.national import National
from bot.contacts.numbering.patterns import Graph, UnknownPattern
from bot.contacts.numbering.plan import Outcome
from bot.contacts.numbering.states import build
from bot.contacts.numbering.store import Store
from bot.contacts.numbers import verdict
from bot.contacts.reasons import Reason
from bot.contacts.verdicts import ACCEPTED, REASONS, REGIONS

RELEASE = f"phonenumbers {phonenumbers.__version__}"
MAIN = ("ID", "PH", "SG", "TH", "MY", "US", "DE")
STRINGS = 200_000


def differences(judge: Judge, strings: list[str], judged) -> list[str]:
    """The strings on which a judge and a reference differ, or that are refused without a reason or with a number."""
    found = judge.column(pl.Series(strings, dtype=pl.String))
    answers = zip(found.e164.tolist(), [REGIONS[place] for place in found.region], found.type.tolist(), strict=True)
    accepted = found.reason == ACCEPTED
    sane = (accepted == (found.e164 > 0)) & (accepted | (found.reason < len(REASONS)))
    judged_so = zip(strings, answers, sane.tolist(), strict=True)
    return [text for text, answer, good in judged_so if not good or answer != judged(text)]


@pytest.mark.parametrize("part", range(4))
@pytest.mark.timeout(300)
def test_no_verdict_differs_from_phonenumbers(
    store: Store, number_strings, seed: int, part: int, record_property, monkeypatch
) -> None:
    """Of 200,000 strings from all regions, without and with a country, not one is judged otherwise."""
    monkeypatch.setattr(re, "_MAXCACHE", 10_000)  # phonenumbers has more patterns than re keeps: five times as quick
    strings = number_strings.Strings(seed * 4 + part)
    named = [*MAIN, *strings.dice.sample(sorted(phonenumbers.SUPPORTED_REGIONS), 8)]
    count, wrong = 0, []
    for country in (None, *named):
        texts = list(strings.strings(ceil(STRINGS / 4 / 2 / (1 if country is None else len(named))), country))
        reference = partial(number_strings.reference, country=country)
        wrong += [(country, text) for text in differences(Judge(country, store), texts, reference)]
        count += len(texts)
    record_property(RELEASE, {"strings compared": count, "differences": len(wrong)})
    assert not wrong, wrong[:5]


@pytest.mark.parametrize("country", [None, "PH", "AU", "BR"])
def test_reasons_are_those_of_single_verdicts(store: Store, number_strings, seed: int, country: str | None) -> None:
    """A column and single values have the same reasons, also where the column takes the fast way."""
    texts = list(number_strings.Strings(seed).strings(4000, country))
    found = Judge(country, store).column(pl.Series(texts, dtype=pl.String)).reason
    for text, place in zip(texts, found, strict=True):
        assert (None if place == ACCEPTED else REASONS[place]) == verdict(text, country).reason, text


def test_few_numbers_are_asked_about(store: Store, number_strings) -> None:
    """Of numbers as people write them, with and without signs between the digits, less than one of a hundred."""
    strings = number_strings.Strings(7)
    texts = [
        phonenumbers.format_number(number, style)
        for number in strings.numbers
        if number.country_code in (60, 62, 63, 65, 66, 84, 91, 1, 44)
        for style in (phonenumbers.PhoneNumberFormat.E164, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    ]
    judge = Judge(None, store)
    found = judge.column(pl.Series(texts, dtype=pl.String))
    assert (found.reason == ACCEPTED).all()
    assert judge.asked * 100 <= len(texts)


def test_a_national_prefix_behind_the_calling_code_is_taken_away_without_asking(store: Store, number_strings) -> None:
    """As phonenumbers does: +62 0 812... is +62812..., also where that is no good number or there are 19 digits."""
    texts = ["+6208123456789", "6208123456789", "+6601812345678", "82034087551", "5807278834", "+44(0)2079460123"]
    texts += ["+390612345678", "+6282068433609499999", "+62082068433609999", "+22901919522139999"]
    judge = Judge(None, store)
    wrong = differences(judge, texts, partial(number_strings.reference, country=None))
    assert not wrong
    assert judge.asked == 0
    reasons = judge.column(pl.Series(texts, dtype=pl.String)).reason
    assert [None if place == ACCEPTED else REASONS[place] for place in reasons] == [
        verdict(one).reason for one in texts
    ]


def test_the_automaton_is_built_once_and_read_again(tmp_path: Path, record_property) -> None:
    """The first use builds it, every later one reads it, with the same answers."""
    began = time.process_time()
    built = Store(tmp_path).international()
    building = time.process_time() - began
    read = Store(tmp_path).international()
    assert read.outcomes == built.outcomes
    assert (read.steps == built.steps).all()
    assert (read.ends == built.ends).all()
    record_property(RELEASE, {"ms to build the automaton": round(building * 1000), "states": len(built.steps)})


def test_the_example_of_the_explanation(store: Store) -> None:
    """What the package tells newcomers about +6581234567 is so."""
    automaton = store.international()

    def state(digits: str) -> int:
        here = automaton.start
        for digit in digits:
            here = int(automaton.steps[here, int(digit)])
        return here

    def outcome(digits: str) -> Outcome:
        return automaton.outcomes[automaton.ends[state(digits)]]

    number = "6581234567"
    assert {outcome(number[:end]).reason for end in range(2, len(number))} == {Reason.TOO_SHORT}
    assert outcome(number) == Outcome(region="SG", type=phonenumbers.PhoneNumberType.MOBILE)
    assert outcome(number + "8").reason == Reason.INVALID
    assert state(number) == state("6581234568")


def test_another_version_of_phonenumbers_gets_automata_of_its_own(tmp_path: Path, monkeypatch) -> None:
    """What was built from other metadata is left alone."""
    Store(tmp_path).national("SG")
    monkeypatch.setattr(store.phonenumbers, "__version__", "99.0")
    Store(tmp_path).national("SG")
    names = [path.name for path in tmp_path.iterdir()]
    assert len(names) == 2
    assert any("-99.0-" in name for name in names)


def test_a_desk_that_builds_otherwise_gets_automata_of_its_own(tmp_path: Path, monkeypatch) -> None:
    """An upgrade does not go on with what an older desk has built."""
    Store(tmp_path).national("SG")
    monkeypatch.setattr(store, "_builders", lambda: "other")
    Store(tmp_path).national("SG")
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("damage", ["empty", "half", "other", "one bit"])
def test_a_damaged_automaton_is_built_anew(tmp_path: Path, damage: str) -> None:
    """What is not as it was saved is no automaton: one wrong state would let a wrong number pass."""
    Store(tmp_path).national("SG")
    path = next(tmp_path.iterdir())
    good = path.read_bytes()
    middle = len(good) // 2
    flipped = good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :]
    path.write_bytes({"empty": b"", "half": good[:middle], "other": b"PK\x03\x04nonsense", "one bit": flipped}[damage])
    Store(tmp_path).national("SG")
    assert path.read_bytes() == good


def test_a_folder_that_others_write_to_is_not_trusted(tmp_path: Path, monkeypatch) -> None:
    """An automaton decides who gets messages: nobody else may put one there."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert store.own_folder() == tmp_path / "senderdesk"
    (tmp_path / "senderdesk").chmod(0o777)
    assert store.own_folder() is None
    (tmp_path / "senderdesk").chmod(0o700)
    owner = (tmp_path / "senderdesk").stat().st_uid
    monkeypatch.setattr(store.os, "getuid", lambda: owner + 1)
    assert store.own_folder() is None
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file" / "x"))
    (tmp_path / "file").write_text("")
    assert store.own_folder() is None


def test_a_full_disk_costs_time_and_no_verdict(tmp_path: Path) -> None:
    """What cannot be kept is used all the same, and no half of it stays behind."""
    script = (
        "import resource; from pathlib import Path; from bot.contacts.numbering.store import Store\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        f"print(len(Store(Path({str(tmp_path)!r})).national('SG').steps))"
    )
    said = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    automaton = Store(tmp_path / "not there").national("SG")
    assert automaton is not None
    assert int(said) == len(automaton.steps)
    assert list(tmp_path.iterdir()) == []


def test_processes_that_need_it_at_the_same_moment_all_get_it(tmp_path: Path) -> None:
    """None waits for another or reads half a file; one file is there in the end."""
    script = (
        "import sys; from pathlib import Path; from bot.contacts.numbering.store import Store\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        f"print(Store(Path({str(tmp_path)!r})).national('PH').steps.sum())"
    )
    command = [sys.executable, "-c", script]
    with contextlib.ExitStack() as stack:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        processes = [stack.enter_context(subprocess.Popen(command, **pipes)) for _ in range(4)]
        assert [process.stdout.readline() for process in processes] == ["ready\n"] * 4
        for process in processes:
            process.stdin.write("\n")
            process.stdin.flush()
        sums = {process.communicate()[0] for process in processes}
    assert sums == {f"{Store(tmp_path).national('PH').steps.sum()}\n"}
    assert len(list(tmp_path.iterdir())) == 1


def test_patterns_of_a_new_kind_are_asked_about(monkeypatch, number_strings) -> None:
    """A release of phonenumbers with patterns that are not known here costs time, and no verdict."""
    real = plan.Graph.add
    singapore = phonenumbers.PhoneMetadata.metadata_for_region("SG").general_desc.national_number_pattern

    def add(graph: Graph, pattern: str, *, beginning: bool = False) -> int:
        if pattern == singapore:
            raise UnknownPattern
        return real(graph, pattern, beginning=beginning)

    monkeypatch.setattr(plan.Graph, "add", add)
    fresh = Store()
    assert fresh.national("SG") is None
    for country in (None, "SG"):
        judge = Judge(country, fresh)
        texts = ["6591234567", "+6591234567", "+6500000000", "+6281234567890", "91234567"] * 3
        wrong = differences(judge, texts, partial(number_strings.reference, country=country))
        assert not wrong
        assert judge.asked >= 6


NUMBER_PATTERN = st.recursive(
    st.sampled_from(["0", "5", "9", r"\d", "[1-4]", "[06-8]", r"[15]\d"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.tuples(inner, st.sampled_from(["?", "{2}", "{1,3}", "{0,2}"])).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
        inner.map(lambda part: f"({part})"),
    ),
    max_leaves=8,
)


@given(NUMBER_PATTERN, st.lists(st.text(st.sampled_from("0123456789"), max_size=8), min_size=1, max_size=20))
def test_graphs_match_what_re_matches(pattern: str, texts: list[str]) -> None:
    """The whole text, or some first digits of it."""
    graph = Graph()
    whole, beginning = graph.add(pattern), graph.add(pattern, beginning=True)
    for text in texts:
        matched = graph.matched(graph.walk(text))
        assert (whole in matched) == bool(re.fullmatch(pattern, text))
        starts = any(re.fullmatch(pattern, text[:end]) for end in range(1, len(text) + 1))
        assert (beginning in matched) == starts


@pytest.mark.parametrize("pattern", [r"\d+", "a", "(?=1)2", r"(\d)\1", "[^1]", "."])
def test_patterns_that_are_not_known_are_refused(pattern: str) -> None:
    """Rather no automaton than a wrong one."""
    with pytest.raises(UnknownPattern):
        Graph().add(pattern)


def test_equal_states_are_one() -> None:
    """All the numbers of the world fit into two bytes a state, a country's into a few hundred states."""
    assert len(build(International()).steps) < 30_000
    assert len(build(National("SG")).steps) < 500
