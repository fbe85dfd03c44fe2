"""Lists of single events and things: dates, codes, prices, remarks with commas and line breaks."""

from __future__ import annotations

import random
from collections.abc import Callable

from truth import Expected

WORDS = (
    "steel road bridge, north village patrol device pressure plate, convoy market well survey "
    "team river crossing school clinic field path 7 km east of Ansongo rapid response light "
    "vehicle, damaged after rain no casualties reported"
).split(" ")
PLACES = ("Gao", "Mopti", "Ségou", "Kidal", "Tombouctou", "Ménaka", "Sikasso", "Koulikoro")
DEVICES = ("AP mine", "AV mine", 'IED "pressure plate"', "UXO", "ERW", "IED")


def incidents(rng: random.Random) -> Expected:
    """One row per event: dates, codes, figures, and remarks with commas, quotes and line breaks."""
    rows = []
    for number in range(rng.randint(40, 85)):
        remark = " ".join(rng.choices(WORDS, k=rng.randint(3, 18)))
        if number % 17 == 5:
            remark = remark.replace(" ", "\n", 1)
        rows.append(
            [
                f"{rng.randint(1, 28):02}/{rng.randint(1, 12):02}/20{rng.randint(15, 23)}",
                f"{rng.randint(0, 23):02}:{rng.choice(('00', '15', '40'))}",
                f"ML{rng.randint(1, 10):02}",
                rng.choice(PLACES),
                rng.choice(DEVICES),
                str(rng.randint(0, 9)),
                str(rng.randint(0, 40)),
                f"https://example.org/event/{rng.randint(1000, 9999)}",
                remark,
            ]
        )
    names = "Date,Time,Code,Region,Device,Killed,Injured,Link,Remarks".split(",")
    return Expected(names, rows)


def clearance(rng: random.Random) -> Expected:
    """Operators and areas with decimal commas, empty cells and words only in some columns."""
    rows = [
        [
            str(number),
            rng.choice(("MAG", "DRC", "HI", "TDH", "Danish Refugee Council")),
            rng.choice(PLACES),
            f"{rng.randint(0, 9)},{rng.randint(0, 99):02}",
            rng.choice(("", str(rng.randint(100, 90000)))),
            rng.choice(("open", "closed", "suspended, access refused", "")),
        ]
        for number in range(1, rng.randint(15, 60))
    ]
    return Expected(["No.", "Operator", "Area", "Cleared km²", "Cost (US$)", "Status"], rows)


def directory(rng: random.Random) -> Expected:
    """Text only: offices, posts, addresses, languages."""
    rows = [
        [
            f"{rng.choice(PLACES)} office {number}",
            rng.choice(("Head of office", "Operations, quality", "Duty officer")),
            f"Rue {rng.randint(1, 400)}, porte {rng.randint(1, 99)}",
            rng.choice(("French", "Bambara", "Tamasheq", "Songhay")),
        ]
        for number in range(rng.randint(12, 40))
    ]
    return Expected(["Office", "Contact", "Address", "Language"], rows)


def equipment(rng: random.Random) -> Expected:
    """Prices, serial numbers and descriptions, quoted only where a cell needs it."""
    rows = [
        [
            f"2022-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
            rng.choice(("Detector", "Detector, dual sensor", "First-aid kit", 'Probe 12" steel')),
            f"SN-{rng.randint(10000, 99999)}",
            f"${rng.randint(5, 9)},{rng.randint(100, 999)}.00"
            if rng.random() < 0.4
            else f"${rng.randint(20, 999)}.50",
            rng.choice(("Team 1", "Team 2's depot", "Mopti office, store", "")),
            " ".join(rng.choices(WORDS, k=rng.randint(2, 9))),
        ]
        for _ in range(rng.randint(20, 60))
    ]
    return Expected(["Bought", "Item", "Serial", "Price", "Held by", "Remarks"], rows)


LISTINGS: tuple[Callable[[random.Random], Expected], ...] = (
    incidents,
    clearance,
    directory,
    equipment,
)
