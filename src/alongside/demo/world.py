"""The fictional map and its care units: five regions of Norway, fifty municipalities, 316 units.

Every name is invented. Which unit stands where is drawn with a fixed seed, so each demonstration is alike.
"""

import random
from collections import Counter
from dataclasses import dataclass

SEED = 1463

REGIONS: dict[str, tuple[str, ...]] = {
    "Nordljos": (
        "Snøhamar", "Lysvatn", "Kaldnesvik", "Isbrenes", "Reinmoen",
        "Polarvåg", "Hvitskjær", "Stjernesund", "Mørketun", "Vintervik",
    ),
    "Vesthavn": (
        "Bårevik", "Skjelholm", "Tangstrand", "Regnfjord", "Brattskjær",
        "Måkenes", "Lyngstrandvik", "Saltbugen", "Vindøyra", "Klippesund",
    ),
    "Midtfjell": (
        "Granhovda", "Tjernmo", "Ulveseter", "Elgstad", "Bjørnelia",
        "Moldvang", "Setervang", "Kvernfoss", "Høgtjern", "Fjellgrend",
    ),
    "Austskog": (
        "Furuvang", "Bekkemark", "Kornvang", "Åkerholt", "Lønnegrend",
        "Tømmervik", "Rugdalen", "Skogtun", "Heggelia", "Eplehaug",
    ),
    "Sørhei": (
        "Solgrend", "Rosenvik", "Bøkehavn", "Lavendelnes", "Varmdalen",
        "Sommerøyra", "Heiholt", "Eikesund", "Kystmoen", "Blåneset",
    ),
}  # fmt: skip

# Kinds of units: how many are asked, and of those how many answer.
ASKED = {"nursing home": 166, "home care": 122, "nursing home and home care": 14, "other care unit": 14}
ANSWERED = {"nursing home": 128, "home care": 94, "nursing home and home care": 11, "other care unit": 11}

_CALLED = {
    "nursing home": ("nursing home",),
    "home care": ("home care",),
    "nursing home and home care": ("care centre",),
    "other care unit": ("assisted living", "day care centre"),
}
_STEMS = (
    "Solgløtt", "Bjørketun", "Elvebakken", "Kveldsro", "Morgenlia", "Fredheim", "Utsikten", "Lindehagen",
    "Rognelunden", "Kløverenga", "Høstgull", "Fjordblikk", "Tunet", "Bekkefaret", "Eikelunden", "Skogkanten",
    "Stabburet", "Vårsol", "Blåklokka", "Myrull",
)  # fmt: skip


@dataclass(frozen=True)
class Municipality:
    code: str
    name: str
    region: str
    region_code: str


@dataclass(frozen=True)
class Unit:
    code: str
    name: str
    kind: str
    municipality: str
    answers: bool


def municipalities() -> list[Municipality]:
    return [
        Municipality(f"X{r}{m:02}", name, region, f"X{r}")
        for r, (region, names) in enumerate(REGIONS.items(), 1)
        for m, name in enumerate(names, 1)
    ]


def units(seed: int = SEED) -> list[Unit]:
    """Every municipality gets a nursing home and a home care district; the rest falls by size, at random."""
    dice = random.Random(seed)  # noqa: S311 - a demonstration, not a secret
    codes = [m.code for m in municipalities()]
    size = {code: dice.lognormvariate(0, 0.5) for code in codes}
    places = [(kind, code) for kind in ("nursing home", "home care") for code in codes]
    for kind, asked in ASKED.items():
        left = asked - sum(k == kind for k, _ in places)
        places += [(kind, code) for code in dice.choices(codes, [size[c] for c in codes], k=left)]
    who = {kind: set(dice.sample(range(asked), ANSWERED[kind])) for kind, asked in ASKED.items()}
    seen: Counter[str] = Counter()
    stems = {code: dice.sample(_STEMS, len(_STEMS)) for code in codes}
    made = []
    numbered: Counter[str] = Counter()
    for kind, code in places:
        numbered[code] += 1
        stem = stems[code][(numbered[code] - 1) % len(_STEMS)]
        called = _CALLED[kind][seen[kind] % len(_CALLED[kind])]
        made.append(
            Unit(f"{code}-{numbered[code]:02}", f"{stem} {called}", kind, code, seen[kind] in who[kind])
        )
        seen[kind] += 1
    return sorted(made, key=lambda u: u.code)
