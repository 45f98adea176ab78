"""Whatever people, operators and time do in whatever order, the desk and a plain model of it agree.

30 stories of 50 steps run with the other tests; ``make states`` runs 300.
"""

import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.pool import StaticPool

from bot.accounts.rules import Role, Who
from bot.accounts.tables import Account
from bot.errors import OutOfDate
from bot.registrations import companies, decisions, drafts, renewal, service, sweep
from bot.registrations.companies import Arrival
from bot.registrations.completeness import slots_of
from bot.registrations.decisions import Decision
from bot.registrations.rules import Act, OperatorStatus, OwnSubmission
from bot.registrations.steps import registrations_of, rows_of
from bot.registrations.tables import OperatorRow, Registration, Submission, SubmissionRevision
from bot.storage.audit import AuditRow
from bot.storage.files import StoredFile
from bot.storage.unit import Tx, UseCaseSession
from bot.tickets.tables import Ticket

STORIES = int(os.environ.get("SENDERDESK_STATES", "30"))
TEAM = "T0SENDER"
ANA = Who("U0ANA", TEAM, Role.CUSTOMER, "kopi", "C0KOPI")
RINA = Who("U0RINA", TEAM, Role.STAFF, None, "C0REVIEW")
BUDI = Who("U0BUDI", TEAM, Role.STAFF, None, "C0REVIEW")
BUDI_THERE = Who("U0BUDI", TEAM, Role.STAFF, "kopi", "C0KOPI")
NAMES = [f"Kopi{letter}" for letter in "ABCDEF"]

# The rules once more, in plain words: what each one makes of which status.
OPEN = ("under_review", "with_operator")
STAFF = {
    Act.SENT: {"under_review": "with_operator"},
    Act.APPROVE: dict.fromkeys(OPEN, "approved"),
    Act.ASK: dict.fromkeys(OPEN, "changes_asked"),
    Act.REJECT: dict.fromkeys((*OPEN, "changes_asked"), "rejected"),
}
WORDS = {"received": Act.SENT, "approved": Act.APPROVE, "changes_asked": Act.ASK, "rejected": Act.REJECT}
AMENDED = ("approved", "rejected", "changes_asked")
DAYS = st.none() | st.integers(0, 300)
ACTS = st.sampled_from([*STAFF, *((Act.AMEND, to) for to in AMENDED)])


@dataclass
class Row:
    """An operator's row as it should be."""

    id: str
    operator: str
    references: list[str]
    begins: date
    valid_till: date
    status: str = "under_review"
    version: int = 1
    moves: int = 0
    by_operator: bool = True
    said: datetime | None = None
    reminded: int | None = None

    def goes(self, to: str) -> None:
        """It moves on."""
        self.status, self.version, self.moves = to, self.version + 1, self.moves + 1

    def decided(self, to: str, today: date, ends: date | None = None, *, by_operator: bool = False) -> None:
        """Staff or the operator say something about it; an approval ends on a day that was chosen, or after a year."""
        self.goes(to)
        self.by_operator, self.reminded = by_operator, None
        if to == "approved":
            asked_till = self.begins + timedelta(days=364)
            self.valid_till = ends or (asked_till if asked_till >= today else today + timedelta(days=364))

    def left(self, today: date) -> int:
        """Days until its approval is over."""
        return (self.valid_till - today).days


@dataclass
class Asked:
    """A registration as it should be."""

    id: str
    rows: list[Row]
    version: int = 1
    withdrawn: bool = False
    after: "Asked | None" = None

    def goes_on(self, row: Row) -> bool:
        """Whether the same operator has what renews it in hand, or approved it."""
        theirs = [other.status for other in self.after.rows if other.operator == row.operator] if self.after else []
        return bool({*theirs} & {*OPEN, "changes_asked", "approved"})


@dataclass
class Made:
    """A submission as it should be."""

    id: str
    ticket_id: str
    asked: list[Asked]
    submitters: set[str]
    version: int = 1
    revision: int = 1
    withdrawn: bool = False

    @property
    def rows(self) -> list[Row]:
        """All its rows."""
        return [row for one in self.asked for row in one.rows]

    @property
    def turn(self) -> str:
        """Whose turn it is."""
        there = {row.status for row in self.rows}
        turns = (("under_review", "us"), ("changes_asked", "customer"), ("with_operator", "operator"))
        return next((turn for status, turn in turns if status in there), "nobody")


@dataclass
class Memory:
    """A database in memory, used as the desk uses its own: one savepoint for each use case."""

    engine: Engine
    now: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    ids: Any = field(default_factory=count)

    def do(self, use_case: Callable[..., Any], *args: Any) -> Any:
        """Run a use case; what it raises leaves nothing."""
        with (
            self.engine.begin() as connection,
            UseCaseSession(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session,
        ):
            result = use_case(Tx(session, self.now, lambda: f"{next(self.ids):032x}"), *args)
            session.finish()
            return result


def in_memory(template: Path) -> Engine:
    """A copy of the file, in memory."""
    there = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    source = sqlite3.connect(template)
    source.backup(there)
    source.close()
    engine = create_engine("sqlite://", creator=lambda: there, poolclass=StaticPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


class Story(RuleBasedStateMachine):
    """People, operators and time at work on a few submissions."""

    template: Path

    @initialize()
    def open(self) -> None:
        """One customer's account with its company."""
        self.memory = Memory(in_memory(self.template))
        self.made: list[Made] = []
        self.items = count()
        self.names = iter(NAMES)
        self.memory.do(self._account)
        self.submit(count=1, who=ANA)

    def teardown(self) -> None:
        """The whole story is written down, and nobody decided on what they submitted."""
        if hasattr(self, "memory"):
            for made in self.made:
                self.memory.do(self._check_story, made)
            self.memory.engine.dispose()

    @staticmethod
    def _account(tx: Tx) -> None:
        account = Account(id="kopi", provider_account_id="1", name="Kopi", created_by="U0RINA", created_at=tx.now)
        tx.session.add(account)
        tx.session.flush()
        fields = companies.CompanyFields(
            name="Kopi Inc.", officer_name="Ana", officer_title="Director", officer_email="ana@kopi.example",
            website="kopi.example", address_line_1="1 Ayala Avenue", city="Makati", country="PH",
        )  # fmt: skip
        company = companies.save(tx, ANA, None, 0, fields)
        draft = drafts.begin(tx, ANA, "C0KOPI")
        draft.data = {"country": "PH", "entity": "international", "industry": "others"}
        for number, slot in enumerate(slots_of(draft)):
            paper = companies.add_paper(tx, ANA, slot.code, Arrival(f"F{number}", "a.jpg", 10), company.id)
            companies.paper_kept(tx, paper.id, "jpg", StoredFile("papers/x/source", 10, "0" * 64))
        drafts.discard(tx, ANA, draft.id)

    # What happens

    @precondition(lambda self: len(self.made) < 3)
    @rule(count=st.integers(1, 2), who=st.sampled_from([ANA, BUDI_THERE]))
    def submit(self, count: int, who: Who) -> None:
        """A new submission."""
        entries = [
            {
                "sender_id": next(self.names), "subaccount": "kopi", "message_type": "otp", "monthly_traffic": 10,
                "sample_text": "Kopi Inc.: your code is 1", "brandless": False,
                "valid_from": self.memory.now.date().isoformat(),
            }
            for _ in range(count)
        ]  # fmt: skip

        def use_case(tx: Tx) -> Made:
            company = companies.of_account(tx, who)[0]
            draft = drafts.begin(tx, who, "C0KOPI")
            values = {"country": "PH", "entity": "international", "industry": "others", "company_id": company.id}
            draft = drafts.save(tx, who, draft.id, values | {"sender_ids": entries}, "review")
            done = service.submit(tx, who, draft.id, draft.version)
            assert service.submit(tx, who, draft.id, draft.version) is done
            return self._made(tx, done, who, tx.now.date())

        self.made.append(self.memory.do(use_case))

    @staticmethod
    def _made(tx: Tx, done: Submission, who: Who, begins: date) -> Made:
        ends = begins + timedelta(days=364)
        asked = [
            Asked(one.id, [Row(row.id, row.operator, [row.reference], begins, ends) for row in rows_of(tx, one.id)])
            for one in registrations_of(tx, done.id)
        ]
        return Made(done.id, done.ticket_id, asked, {who.user_id})

    @precondition(lambda self: len(self.made) < 5)
    @rule(data=st.data(), who=st.sampled_from([ANA, BUDI_THERE]))
    def renew(self, data: st.DataObject, who: Who) -> None:
        """What ends within 60 days, or has ended, goes on in a submission of its own; once."""
        one = data.draw(st.sampled_from([one for made in self.made for one in made.asked]))
        today = self.memory.now.date()
        ending = [
            row for row in one.rows if row.status == "expired" or (row.status == "approved" and row.left(today) <= 60)
        ]
        if one.withdrawn or not ending or (one.after and not one.after.withdrawn):
            with pytest.raises((renewal.NothingToRenew, renewal.RenewedAlready)):
                self.memory.do(renewal.renew, who, one.id)
            return
        begins = today
        if not any(row.status == "expired" for row in one.rows):
            begins = min(row.valid_till for row in one.rows if row.status == "approved") + timedelta(days=1)

        def use_case(tx: Tx) -> Made:
            draft = renewal.renew(tx, who, one.id)
            return self._made(tx, service.submit(tx, who, draft.id, draft.version), who, begins)

        renewed = self.memory.do(use_case)
        (one.after,) = renewed.asked
        self.made.append(renewed)

    @rule(data=st.data(), act=ACTS, who=st.sampled_from([RINA, BUDI]), old=st.integers(0, 9), days=DAYS)
    def decide(self, data: st.DataObject, act: Any, who: Who, old: int, days: int | None) -> None:
        """Staff decide on some rows of a submission, at times until a day; one click in ten carries an old version."""
        made = data.draw(st.sampled_from(self.made))
        rows = data.draw(st.lists(st.sampled_from(made.rows), min_size=1, max_size=3, unique_by=lambda row: row.id))
        act, amended = act if isinstance(act, tuple) else (act, None)
        may_be = dict.fromkeys({"approved", "rejected"} - {amended}, amended) if amended else STAFF[act]
        today = self.memory.now.date()
        first_day = max([today, *(row.begins for row in rows)])
        ends = first_day + timedelta(days=days) if days is not None else None
        if amended == "approved" and ends and all(row.valid_till != ends for row in rows):
            may_be = {**may_be, "approved": "approved"}  # another last day is an amendment too
        seen = [(row.id, row.version - (old == 0 and row is rows[-1])) for row in rows]
        told = {"amended_to": amended and OperatorStatus(amended), "valid_till": ends}
        decision = Decision(act, "generic", "Too short.", **told)
        if who.user_id in made.submitters:
            with pytest.raises(OwnSubmission):
                self.memory.do(decisions.decide, who, seen, decision)
        elif old == 0 or any(row.status not in may_be for row in rows):
            with pytest.raises(OutOfDate):
                self.memory.do(decisions.decide, who, seen, decision)
        else:
            self.memory.do(decisions.decide, who, seen, decision)
            for row in rows:
                row.decided(may_be[row.status], today, ends)

    @rule(
        data=st.data(),
        act=st.sampled_from([*STAFF]),
        who=st.sampled_from([RINA, BUDI]),
        operators=st.sets(st.sampled_from(["globe", "smart", "dito"]), min_size=1),
        old=st.integers(0, 9),
    )
    def decide_all(self, data: st.DataObject, act: Any, who: Who, operators: set[str], old: int) -> None:
        """Staff decide for all sender IDs of a submission at some operators; one click in ten saw an older revision."""
        made = data.draw(st.sampled_from(self.made))
        there = [row for one in made.asked if not one.withdrawn for row in one.rows if row.operator in operators]
        going = [row for row in there if row.status in OPEN and row.status in STAFF[act]]
        seen, decision = (made.id, made.revision - (old == 0)), Decision(act, "generic", "Too short.")
        if who.user_id in made.submitters:
            with pytest.raises(OwnSubmission):
                self.memory.do(sweep.decide_all, who, seen, operators, decision)
        elif old == 0 or not going:
            with pytest.raises(OutOfDate):
                self.memory.do(sweep.decide_all, who, seen, operators, decision)
        else:
            met = self.memory.do(sweep.decide_all, who, seen, operators, decision)
            assert [row.id for row in met.going] == [row.id for row in going]
            assert len(met.staying) == len(there) - len(going)
            for row in going:
                row.decided(STAFF[act][row.status], self.memory.now.date())

    @rule(
        data=st.data(), word=st.sampled_from([*WORDS, "glorified"]), minutes=st.integers(-90, 30), twice=st.booleans()
    )
    def hear(self, data: st.DataObject, word: str, minutes: int, twice: bool) -> None:
        """An operator says something, in time or late, perhaps twice, perhaps about an older question."""
        row = data.draw(st.sampled_from([row for made in self.made for row in made.rows]))
        reference = data.draw(st.sampled_from(row.references))
        said_at = self.memory.now + timedelta(minutes=minutes)
        at = min(said_at, self.memory.now)
        item = (row.operator, f"item-{next(self.items)}", reference, word, "", said_at)
        heard = self.memory.do(decisions.heard, *item)
        to = STAFF.get(WORDS.get(word), {}).get(row.status)
        is_late = row.status not in OPEN and row.by_operator and row.said is not None and at < row.said
        assert heard == (to is not None and reference == row.references[-1] and not is_late)
        if heard:
            row.decided(str(to), self.memory.now.date(), by_operator=True)
            row.said = max(at, row.said or at)
        if twice:
            assert not self.memory.do(decisions.heard, *item[:3], "rejected", *item[4:])

    @rule(data=st.data(), who=st.sampled_from([ANA, BUDI_THERE]))
    def submit_again(self, data: st.DataObject, who: Who) -> None:
        """A submission is mended and submitted again, where something is to be mended."""
        made = data.draw(st.sampled_from(self.made))
        again = [row for one in made.asked for row in one.rows if row.status in ("changes_asked", "rejected")]
        if not again:
            with pytest.raises(drafts.NothingToMend):
                self.memory.do(drafts.fix, who, made.id)
            return
        draft = self.memory.do(drafts.fix, who, made.id)
        done = self.memory.do(service.submit, who, draft.id, draft.version)
        made.revision += 1
        made.submitters.add(who.user_id)
        assert (done.id, done.revision) == (made.id, made.revision)
        now = {row.id: row.reference for row in self.memory.do(self._rows, made)}
        for row in again:
            row.decided("under_review", self.memory.now.date(), by_operator=True)
            assert now[row.id] not in row.references
            row.references.append(now[row.id])
            row.said = None

    @rule(data=st.data(), whole=st.booleans(), old=st.integers(0, 3), seldom=st.integers(0, 3))
    def withdraw(self, data: st.DataObject, whole: bool, old: int, seldom: int) -> None:
        """A sender ID, or all of a submission, is withdrawn; now and then by an old button."""
        made = data.draw(st.sampled_from(self.made))
        what = made if whole and seldom == 0 else data.draw(st.sampled_from(made.asked))
        going = [one for one in made.asked if not one.withdrawn and what in (one, made)]
        if what.withdrawn or old == 0:
            with pytest.raises(OutOfDate):
                self.memory.do(service.withdraw, ANA, what.id, what.version - (old == 0))
            return
        if seldom:
            return
        self.memory.do(service.withdraw, ANA, what.id, what.version)
        for one in going:
            one.withdrawn, one.version = True, one.version + 1
            for row in one.rows:
                row.goes("withdrawn")
        if all(one.withdrawn for one in made.asked):
            made.withdrawn, made.version = True, made.version + 1

    @rule(days=st.integers(0, 200))
    def time_passes(self, days: int) -> None:
        """Validities end, and are reminded of before. No days: the last day of the next that ends."""
        ends = [
            row.valid_till - self.memory.now.date()
            for made in self.made
            for row in made.rows
            if row.status == "approved"
        ]
        last_day = min((left for left in ends if left.days > 0), default=timedelta(1))
        self.memory.now += timedelta(days=days) if days else last_day
        while self.memory.do(renewal.look):
            pass
        today = self.memory.now.date()
        asked = [(one, row) for made in self.made for one in made.asked for row in one.rows if row.status == "approved"]
        for _, row in asked:
            if row.left(today) < 0:
                row.goes("expired")
        for one, row in asked:
            left = row.left(today)
            if row.status == "approved" and left <= 60 and not one.goes_on(row):
                row.reminded = 7 if left <= 7 else 30 if left <= 30 else 60

    # What is always so

    @invariant()
    def desk_and_model_agree(self) -> None:
        """Every row, and whose turn each ticket is."""
        for made in getattr(self, "made", []):
            self.memory.do(self._check, made)

    @staticmethod
    def _rows(tx: Tx, made: Made) -> list[OperatorRow]:
        there = select(OperatorRow).join(Registration).where(Registration.submission_id == made.id)
        return list(tx.session.scalars(there.order_by(Registration.position, OperatorRow.position)))

    def _check(self, tx: Tx, made: Made) -> None:
        there = [(row.id, row.status, row.version, row.reminded_days) for row in self._rows(tx, made)]
        assert there == [(row.id, row.status, row.version, row.reminded) for row in made.rows]
        ticket = tx.session.get_one(Ticket, made.ticket_id)
        assert (ticket.turn, ticket.status) == (made.turn, "solved" if made.turn == "nobody" else "open")

    @staticmethod
    def _check_story(tx: Tx, made: Made) -> None:
        submission = tx.session.get_one(Submission, made.id)
        assert (submission.revision, submission.version) == (made.revision, made.version)
        kept = select(SubmissionRevision.revision).where(SubmissionRevision.submission_id == made.id)
        assert sorted(tx.session.scalars(kept)) == list(range(1, made.revision + 1))
        told = [written for row in made.rows for written in _written(tx, row)]
        assert len(told) == sum(row.moves for row in made.rows)
        deciders = {actor for act, actor in told if act not in ("resubmitted", "withdrawn", "expired")}
        assert deciders <= {"U0RINA", "U0BUDI", None}
        first = tx.session.scalars(
            select(SubmissionRevision.by).where(
                SubmissionRevision.submission_id == made.id, SubmissionRevision.revision == 1
            )
        ).one()
        assert first not in deciders


def _written(tx: Tx, row: Row) -> list[tuple[str, str | None]]:
    """What was written down of a row: each step leads from where the one before led to."""
    rows = tx.session.scalars(select(AuditRow).where(AuditRow.subject_id == row.id).order_by(AuditRow.id)).all()
    ways = [(one.from_status, one.to_status) for one in rows]
    assert [came for came, _ in ways] == ["under_review", *(led for _, led in ways)][: len(ways)]
    assert not ways or ways[-1][1] == row.status
    return [(one.act.rsplit(":", 1)[-1], one.actor) for one in rows]


@pytest.mark.timeout(3600)
def test_the_desk_and_a_plain_model_agree(sqlite_template: Path) -> None:
    """Submit, decide, ask, mend, renew, withdraw, expire and hear, in any order: always the same rows and turns."""

    class Here(Story):
        template = sqlite_template

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=STORIES, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
