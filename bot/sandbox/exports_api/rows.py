"""Message logs as 8x8 hands them out: CSV with a header, numbers and texts masked. Alike for the same request."""

import csv
import io
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from bot.sandbox.exports_api.jobs import Job

SMS_COLUMNS = (
    *("umid", "subaccountid", "direction", "country", "operator", "mcc", "mnc", "status_value", "status_details"),
    *("status_errorcode", "status_errormessage", "status_timestamp", "msisdn", "source", "encoding", "createdat"),
    *("smscount", "price_currency", "price_persms", "price_total", "clientmessageid", "clientbatchid", "batchid"),
    "body",
)
"""As the SMS page names them."""
CHATAPPS_COLUMNS = (
    *("umid", "subaccountid", "direction", "channel", "country", "status", "status_details", "error_code", "timestamp"),
    *("msisdn", "channel_user_id", "type", "created_at", "price_currency", "price_total", "client_message_id", "body"),
)
"""8x8 publishes no names for these; so they are other names than those of SMS."""

_OPERATORS = {
    "ID": (("Telkomsel", 510, 10, "62811"), ("Indosat Ooredoo Hutchison", 510, 21, "62815")),
    "PH": (("Globe", 515, 2, "63917"), ("Smart", 515, 3, "63918")),
    "SG": (("Singtel", 525, 1, "6581"),),
    "TH": (("AIS", 520, 3, "6681"),),
}
_STATUSES = (("delivered", 90, ""), ("undelivered", 5, "17"), ("rejected", 1, "11"), ("sent", 4, ""))
_MESSAGES = {"17": "Absent subscriber", "11": "Rejected by the operator"}
_MANY, _SPREAD = 40, 30
_MASK = "****"


def files_of(job: Job) -> Iterator[bytes]:
    """The job's files one after the other, none when no message fits."""
    columns = SMS_COLUMNS if job.product == "sms" else CHATAPPS_COLUMNS
    out, count = _begun(columns), 0
    for row in _rows(job):
        if count == job.script.rows_a_file:
            yield out.getvalue().encode()
            out, count = _begun(columns), 0
        csv.writer(out).writerow([row.get(column, "") for column in columns])
        count += 1
    if count:
        yield out.getvalue().encode()


def _begun(columns: Sequence[str]) -> io.StringIO:
    out = io.StringIO()
    csv.writer(out).writerow(columns)
    return out


def _rows(job: Job) -> Iterator[dict[str, object]]:
    wanted, dice = job.wanted, random.Random(f"{job.product} {job.subaccount}")
    countries = [country for country in _OPERATORS if not wanted.countries or country in wanted.countries]
    left = wanted.limit or None
    day = wanted.since.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    while countries and day < wanted.until:
        many = job.script.rows if job.script.rows is not None else _MANY + dice.randrange(_SPREAD)
        moments = sorted(day + timedelta(seconds=dice.randrange(24 * 3600)) for _ in range(many))
        for moment in moments:
            row = _row(job, dice, dice.choice(countries), moment)
            if wanted.since <= moment < wanted.until and moment <= job.created_at:
                if left == 0:
                    return
                left = left and left - 1
                yield row
        day += timedelta(days=1)


def _row(job: Job, dice: random.Random, country: str, moment: datetime) -> dict[str, object]:
    operator, mcc, mnc, prefix = dice.choice(_OPERATORS[country])
    status, _, code = dice.choices(_STATUSES, [weight for _, weight, _ in _STATUSES])[0]
    parts, told = dice.choice((1, 1, 1, 2)), moment + timedelta(seconds=dice.randrange(1, 60))
    number = job.wanted.phone_number or f"{prefix}{dice.randrange(10**6, 10**7)}"
    common: dict[str, object] = {
        "umid": str(_uuid(dice)),
        "subaccountid": job.subaccount,
        "direction": 1,
        "country": country,
        "status_details": "",
        "msisdn": number[:5] + _MASK + number[-2:],
        "price_currency": "USD",
        "price_total": f"{0.03 * parts:.4f}",
        "body": _MASK,
    }
    if job.product == "sms":
        return common | {
            "operator": operator,
            "mcc": mcc,
            "mnc": f"{mnc:02}",
            "status_value": status,
            "status_errorcode": code,
            "status_errormessage": _MESSAGES.get(code, ""),
            "status_timestamp": f"{told:%Y-%m-%dT%H:%M:%SZ}",
            "source": job.subaccount.partition("_")[0][:11],
            "encoding": "GSM7",
            "createdat": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
            "smscount": parts,
            "price_persms": "0.0300",
        }
    user = job.wanted.channel_user or f"{country}.{dice.randrange(10**16, 10**17)}"
    return (
        common
        | {
            "channel": "WhatsApp",
            "status": status.replace("delivered", "read") if dice.random() < 0.5 else status,  # noqa: PLR2004 (a coin)
            "error_code": code,
            "timestamp": f"{told:%Y-%m-%d %H:%M:%S}",
            "channel_user_id": user[:6] + _MASK,
            "type": "Template",
            "created_at": f"{moment:%Y-%m-%d %H:%M:%S}",
        }
    )


def _uuid(dice: random.Random) -> str:
    text = f"{dice.getrandbits(128):032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
