"""Letters to look at: one for every country, entity and operator, with made-up companies."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.loa.letter import LetterData
from bot.registrations.countries import Country, Operator, countries

DATED = date(2026, 11, 23)
PROVIDER = "8x8 International Pte. Ltd."
_NOTHING = dict.fromkeys(("short_name", "phone", "call_from", "call_to", "uen", "address_line_2", "postal_code"), "")


def _company(**fields: str) -> Mapping[str, str]:
    return {**_NOTHING, **fields}


SHORT = _company(
    name="PT Kopi Nusantara",
    officer_name="Siti Rahayu",
    officer_title="Director",
    officer_email="siti.rahayu@kopi.example",
    website="https://kopi.example",
    address_line_1="Jalan Braga 17",
    city="Bandung",
    postal_code="40111",
    country="ID",
)
THAI = _company(
    name="บริษัท กาแฟดีที่สุดในประเทศไทย จำกัด (มหาชน)",
    officer_name="นางสาวปิยะวรรณ ศรีสุวรรณ์",
    officer_title="กรรมการผู้จัดการ",
    officer_email="piyawan@coffee.example",
    website="https://coffee.example",
    address_line_1="เลขที่ 99/9 ถนนพระรามที่ 4 แขวงปทุมวัน",
    address_line_2="เขตปทุมวัน",
    city="กรุงเทพมหานคร",
    postal_code="10330",
    country="TH",
)
CHINESE = _company(
    name="上海咖啡贸易有限公司 · 臺灣咖啡股份有限公司",
    officer_name="陳麗華",
    officer_title="董事長 (Chairwoman)",
    officer_email="chen@coffee.example",
    website="https://coffee.example",
    address_line_1="徐汇区淮海中路 1555 号",
    city="上海",
    postal_code="200031",
    country="CN",
)
VIETNAMESE = _company(
    name="Công ty Cổ phần Cà phê Đại Dương Việt Nam",
    officer_name="Nguyễn Thị Hường",
    officer_title="Phó Tổng Giám đốc",
    officer_email="huong@caphe.example",
    website="https://caphe.example",
    address_line_1="88 Đường Nguyễn Huệ, Phường Bến Nghé",
    city="Thành phố Hồ Chí Minh",
    postal_code="700000",
    country="VN",
)
SINGAPOREAN = _company(
    name="Kopi & Toast (Singapore) Pte. Ltd.",
    officer_name="Tan Mei Ling",
    officer_title="Managing Director",
    officer_email="meiling@kopitoast.example",
    website="https://kopitoast.example",
    address_line_1="1 Raffles Place #20-61",
    city="Singapore",
    postal_code="048616",
    country="SG",
    uen="196800306E",
)
LONGEST = _company(
    name=("The Very Long and Honourable Coffee Roasting, Trading, Importing and Exporting Corporation of " * 2)[:150],
    officer_name=("Maria Cristina Concepcion Dela Cruz-Villanueva " * 3)[:100].strip(),
    officer_title=("Senior Executive Vice President for Regional Communications " * 2)[:100].strip(),
    officer_email="a@coffee.example",
    website=f"https://coffee.example/{'long' * 69}"[:300],
    address_line_1=("Unit 2208, Tower Two, The Enterprise Center, 6766 Ayala Avenue corner Paseo de Roxas, " * 2)[:150],
    address_line_2="X" * 150,
    city=("San Fernando de Dilao " * 4)[:80].strip(),
    postal_code="12345678901234567890",
    country="PH",
)
LONG_TEXT = (
    "Kopi Nusantara: dear customer, thank you for your order. Your code is 123456, and it ends in 10 minutes. "
    "Do not share it with anybody, also not with people who say that they are from Kopi Nusantara. "
    "See https://kopi.example/help\n\nTerima kasih! "
) * 4


@dataclass(frozen=True)
class Sample:
    """A letter to be drawn, and what to call its files."""

    name: str
    data: LetterData


def samples() -> Iterator[Sample]:
    """Every country, entity and operator; then every kind of name, and the longest values."""
    for rules in countries():
        company = SINGAPOREAN if rules.code == "SG" else SHORT
        for entity in rules.loa.entities:
            for operator in _operators(rules):
                code = operator.code if operator else "all"
                yield Sample(f"{rules.code}-{entity}-{code}", sample(rules, entity, operator, company))
    by_code = {rules.code: rules for rules in countries()}
    names = {"thai": THAI, "chinese": CHINESE, "vietnamese": VIETNAMESE, "longest": LONGEST}
    for name, company in names.items():
        rules = by_code["PH" if name == "longest" else "TH"]
        text = LONG_TEXT if name == "longest" else f"{company['name']}: รหัสของคุณคือ 1234"
        data = sample(rules, "international", next(_operators(rules)), company, text)
        yield Sample(f"names-{name}", data)


def _operators(rules: Country) -> Iterator[Operator | None]:
    """Those that want a letter of their own; None where one letter is for all."""
    wanted = rules.loa.operators
    there = [each for each in rules.operators_on(DATED) if not wanted or each.code in wanted]
    return iter(there if rules.loa.per == "operator" else [None])


def sample(
    rules: Country, entity: str, operator: Operator | None, company: Mapping[str, str] = SHORT, text: str = ""
) -> LetterData:
    """A letter of a made-up company."""
    till = DATED + timedelta(days=rules.validity_days - 1) if rules.validity_days else None
    return LetterData(
        number="LOA-000123-1",
        dated=DATED.isoformat(),
        country=rules.code,
        entity=entity,
        operator=operator.code if operator else "",
        operator_name=operator.name if operator else "",
        operators=(operator.name,) if operator else tuple(each.name for each in rules.operators_on(DATED)),
        sender_id="KopiNusanta",
        message_type=rules.message_types[0].code,
        sample_text=text or "Kopi Nusantara: your code is 123456. Do not share it with anybody.",
        monthly_traffic=50_000,
        valid_from=DATED.isoformat(),
        valid_till=till.isoformat() if till else "",
        company=company,
        provider=PROVIDER,
        letterhead_sha256="",
    )
