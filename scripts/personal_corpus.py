"""Writes labelled texts with made-up personal data and look-alikes, for `ringfence eval`: JSONL on standard output.

The values come from the Python package Faker (MIT), which knows nothing of our rules. Nobody's real data is in it.
Run as `python3 scripts/personal_corpus.py | gzip -9n > tests/corpus/personal.jsonl.gz` with Faker installed.
"""

import json
import random

from faker import Faker

LOCALES = ["en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pt_BR"]
EACH = 32
BULK = 24


def spaced(number):
    """A card or an account as it is printed: in fours, American Express apart."""
    if len(number) == 15:
        return f"{number[:4]} {number[4:10]} {number[10:]}"
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))


def cards(fake, pick):
    number = fake.credit_card_number(card_type=pick.choice(["visa16", "mastercard", "amex", "discover"]))
    number = spaced(number) if pick.random() < 0.4 else number
    name = fake.name()
    return pick.choice(
        [
            f"Name: {name}\nCard: {number}\nExpires: {fake.credit_card_expire()}",
            f'{{"holder": "{name}", "card_number": "{number}", "cvv": "{fake.credit_card_security_code()}"}}',
            f"{name},{number},{fake.credit_card_expire()},{fake.city()}",
            f"INSERT INTO payments VALUES ('{name}', '{number}', {pick.randint(1, 999)}.00);",
            f"Customer {name} paid with {number} on {fake.date()}.",
        ]
    )


def numbers(fake, pick):
    number = Faker("en_US").ssn()
    name = fake.name()
    return pick.choice(
        [
            f"Employee: {name}\nSSN: {number}\nStart: {fake.date()}",
            f'{{"name": "{name}", "ssn": "{number}"}}',
            f"name,ssn,city\n{name},{number},{fake.city()}",
            f"{name}'s social security number is {number}.",
        ]
    )


def accounts(fake, pick):
    number = Faker(pick.choice(["de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "en_GB"])).iban()
    number = spaced(number) if pick.random() < 0.4 else number
    name = fake.name()
    return pick.choice(
        [
            f"Please pay {pick.randint(10, 999)} EUR to {name}, IBAN {number}.",
            f'{{"creditor": "{name}", "iban": "{number}"}}',
            f"{name};{number};{fake.date()};{pick.randint(10, 999)},00",
            f"Konto {number}, {name}",
        ]
    )


def addresses(fake, _pick):
    # Faker's own domains are kept for examples, which are no persons'.
    rows = (f"{fake.name()},{fake.unique.user_name()}@{fake.domain_word()}-mail.net,{fake.city()}" for _ in range(BULK))
    return "\n".join(rows)


def phones(fake, pick):
    head, layout = pick.choice([("", "{name}: {phone}"), ("name,phone,city\n", "{name},{phone},{city}"), ("", '{{"name": "{name}", "phone": "{phone}"}}')])
    rows = (layout.format(name=fake.name(), phone=fake.unique.phone_number(), city=fake.city()) for _ in range(BULK))
    return head + "\n".join(rows)


def harmless(fake, pick):
    """What looks like personal data and is none."""
    digits = lambda count: "".join(pick.choice("0123456789") for _ in range(count))
    return {
        "order": f"Order {digits(16)} was shipped on {fake.date()}; tracking number {digits(12)}.",
        "hash": f"commit {fake.sha1()}\nAuthor: {fake.name()} <{fake.email()}>\nDate: {fake.date()}\n\n    {fake.sentence()}",
        "log": "\n".join(f"{fake.date()}T{fake.time()} request {fake.uuid4()} took {digits(4)} us" for _ in range(8)),
        "package": json.dumps({"name": fake.slug(), "author": fake.email(), "bugs": fake.email(), "version": "1.2.3"}),
        "isbn": f"See {fake.catch_phrase()} (ISBN {fake.isbn13()}), {fake.isbn10()}, EAN {fake.ean13()}.",
        "epoch": "\n".join(f"metric_{n} {digits(2)} 17{digits(11)}" for n in range(10)),
        "ids": json.dumps([{"id": int("1" + digits(15)), "parent": int("2" + digits(15))} for _ in range(6)]),
        "version": f"{digits(3)}-{digits(2)}-{digits(4)} is the part number, {digits(3)}.{digits(2)}.{digits(4)} the build.",
        "ssn_like": f"Range 000-{digits(2)}-{digits(4)} and 9{digits(2)}-{digits(2)}-0000 are never given out.",
        "test_card": "Use 4242 4242 4242 4242 or 4111111111111111 in tests.",
        "contacts": f"Support: {fake.email()}, sales: {fake.email()}, phone {fake.phone_number()}.",
        "sql": f"SELECT * FROM t WHERE id = {digits(16)} AND ref = '{digits(9)}' LIMIT 10;",
        "float": ", ".join(f"{pick.uniform(-180, 180):.15f}" for _ in range(10)),
        "iban_like": f"Licence key DE{digits(2)}-{digits(4)}-{digits(4)} for {fake.company()}, serial GB{digits(20)}.",
        "lock": "\n".join(f'"{fake.slug()}@^{digits(1)}.{digits(1)}.0": integrity sha512-{fake.sha256()}' for _ in range(6)),
    }


def main():
    pick = random.Random(1)
    Faker.seed(1)
    kinds = [
        ("payment-card", cards),
        ("social-security-number", numbers),
        ("iban", accounts),
        ("email-addresses", addresses),
        ("phone-numbers", phones),
    ]
    row = lambda text, label, kind: print(json.dumps({"text": text, "label": label, "source": "faker", "kind": kind}, ensure_ascii=False))
    for kind, make in kinds:
        for number in range(EACH):
            fake = Faker(LOCALES[number % len(LOCALES)])
            row(make(fake, pick), "personal", kind)
    for number in range(EACH):
        fake = Faker(LOCALES[number % len(LOCALES)])
        for kind, text in harmless(fake, pick).items():
            row(text, "not_personal", kind)


main()
