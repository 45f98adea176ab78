"""What may happen to an export, and what a form may hold."""

import itertools

import pytest

from bot.delivery.voices import Voices
from bot.logs import rules
from bot.logs.periods import Again, Period
from bot.logs.rules import MOVES, WORDS, Product, ScheduleStatus, Status


def test_the_seven_words_have_their_meanings_and_others_are_no_end() -> None:
    """``empty`` is no failure, ``failed`` and ``error`` are two things; a word that nobody knows is asked about on."""
    assert len(WORDS) == 7
    ends = {word: rules.meaning(word) for word in ("empty", "failed", "error", "cancelled")}
    assert ends == {word: Status(word) for word in ends}
    assert rules.meaning("succeeded") is Status.FETCHING
    assert {rules.meaning(word) for word in ("queued", "running", "Succeeded", "", "paused")} == {Status.RUNNING}


def test_every_status_has_its_words_and_its_moves() -> None:
    """Whatever ended stays so; what may be at 8x8 is never asked for again without a person's word."""
    voices = Voices()
    assert {voices.state(f"logs.{status}") for status in Status}
    assert {voices.state(f"repeat.{status}") for status in ScheduleStatus}
    assert {voices.state(f"export.{word}") for word in WORDS}
    assert set(MOVES) == set(Status)
    for status, to in itertools.product(rules.ENDED, Status):
        assert to not in MOVES[status]
    assert {status for status in Status if Status.WAITING in MOVES[status]} == {
        Status.SENDING,
        Status.UNSURE,
        Status.REFUSED,
    }
    assert {status for status in Status if MOVES[status] & {Status.CANCELLED, Status.CANCELLING}} >= rules.CANCELLABLE


def test_polls_come_soon_at_first_and_seldom_later() -> None:
    """After two seconds, each minute within the first hour, then every five minutes; never more often than before."""
    pauses = [rules.poll_after(polls) for polls in range(200)]
    assert (pauses[0], pauses[10], pauses[-1]) == (2, 60, 300)
    assert pauses == sorted(pauses)


@pytest.mark.parametrize(
    ("check", "typed", "expected"),
    [
        (rules.checked_subaccount, " kopi_otp ", "kopi_otp"),
        (rules.checked_subaccount, "a&b.c-d", "a&b.c-d"),
        (rules.checked_subaccount, "ab", rules.SubaccountWrong),
        (rules.checked_subaccount, "a" * 51, rules.SubaccountWrong),
        (rules.checked_subaccount, "kopi/otp", rules.SubaccountWrong),
        (rules.checked_number, "+62 811-1234-5678", "6281112345678"),
        (rules.checked_number, "6281112345678", "6281112345678"),
        (rules.checked_number, "0062 811 1234 5678", "6281112345678"),
        (rules.checked_number, "", ""),
        (rules.checked_number, "0811 1234 5678", rules.NumberWrong),
        (rules.checked_number, "call me", rules.NumberWrong),
        (rules.checked_number, "+1", rules.NumberWrong),
        (rules.checked_limit, "", 0),
        (rules.checked_limit, "10,000", 10_000),
        (rules.checked_limit, "-1", rules.LimitWrong),
        (rules.checked_limit, "9" * 30, rules.LimitWrong),
        (rules.checked_limit, "\uff11\uff12", rules.LimitWrong),
        (rules.checked_countries, ["ID", "ID", "SG"], ("ID", "SG")),
        (rules.checked_countries, [f"{a}{b}" for a in "ABC" for b in "ABCDEFGHIJKLMNOPQ"], rules.CountriesMany),
    ],
)
def test_a_field_is_checked_before_anybody_is_asked(check: object, typed: object, expected: object) -> None:
    """What is good comes as the API takes it; what is not names the field."""
    if isinstance(expected, type):
        with pytest.raises(expected) as refused:
            check(typed)
        assert refused.value.facts["field"] == check.__name__.removeprefix("checked_")
    else:
        assert check(typed) == expected


def test_only_messaging_apps_have_channel_users() -> None:
    """For SMS the field is passed over; an ID has no blanks."""
    user = "US.13491208655302741918"
    assert rules.checked_channel_user(user, Product.CHATAPPS) == user
    assert rules.checked_channel_user("what ever", Product.SMS) == ""
    with pytest.raises(rules.ChannelUserWrong):
        rules.checked_channel_user("US. 1", Product.CHATAPPS)


def test_chosen_days_are_not_repeated() -> None:
    """They would be the same days each week."""
    rules.check_repeats(Period.CHOSEN, Again.ONCE)
    rules.check_repeats(Period.WEEK, Again.WEEKLY)
    with pytest.raises(rules.PeriodStays):
        rules.check_repeats(Period.CHOSEN, Again.MONTHLY)
