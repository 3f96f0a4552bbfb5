"""`rankbook export`: its options, and what it does with them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

# Arrow and the store take a second to import, and a wrong call is to be told at once.
if TYPE_CHECKING:
    from flows.export.selection import Selection

#: The forms, and what each is for.
FORMATS = ("coinr", "long", "csv", "parquet", "dictionary")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the command, beside those that all commands have."""
    parser.add_argument(
        "--format",
        choices=FORMATS,
        help="coinr: iData.csv and iMeta.csv of an edition; long: a row a thing, score, rate and "
        "rank side by side over the editions; csv, parquet: all datasets; dictionary: what "
        "the columns mean",
    )
    parser.add_argument("--edition", metavar="E", help="this edition only; coinr needs one")
    parser.add_argument("--release", metavar="R", help="this release; the newest if none is said")
    parser.add_argument("--out", metavar="DIR", help="a new folder, or one of an older export")
    parser.add_argument("--to", metavar="URL", help="a database: postgresql://…")
    parser.add_argument(
        "--schema", default="rankbook", metavar="NAME", help="the database schema to load into"
    )
    parser.add_argument(
        "--include-restricted",
        action="store_true",
        help="also documents whose licence forbids sharing",
    )


def wrong_call(options: argparse.Namespace) -> str | None:
    """What is wrong with a call, None where nothing is."""
    if options.to:
        return "--to goes without --format and --out" if options.format or options.out else None
    if not options.format or not options.out:
        return "say --format and --out DIR, or --to URL"
    if options.format == "coinr" and not options.edition:
        return "--format coinr needs --edition"
    return None


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Make an export; what became of it as plain JSON data.

    Raises `ExportError` for what cannot be exported, `StoreError` where the store cannot be
    read, `OSError` where files cannot be written.
    """
    from flows.export.selection import Selection
    from flows.store import Store

    selection = Selection.of(
        Store(options.curated), options.release, options.edition, options.include_restricted
    )
    answer: dict[str, Any] = {
        "format": options.format or "database",
        "release": selection.release.release,
        "editions": list(selection.editions),
        "left_out": selection.left_out,
    }
    if options.to:
        return answer | _load(selection, options)
    return answer | _write(selection, options)


def _load(selection: Selection, options: argparse.Namespace) -> dict[str, Any]:
    from flows.export.errors import ExportError

    try:
        from flows.export import postgres
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        raise ExportError("--to needs the extra: pip install 'rankbook[postgres]'") from error
    return postgres.load(selection, options.to, options.schema)


def _write(selection: Selection, options: argparse.Namespace) -> dict[str, Any]:
    from flows.export import dictionary, plain, write_coinr
    from flows.export.target import Target

    target = Target(options.out)
    if options.format == "coinr":
        more = {"coinr": write_coinr.write(selection, target)}
    elif options.format == "dictionary":
        more = dictionary.write(target)
    else:
        more = plain.write(selection, target, options.format)
    return {"out": options.out, "files": target.written, **more}


def lines(answer: dict[str, Any]) -> list[str]:
    """What a person reads of an answer of `run`."""
    told = [f"{name}: {answer['out']}/{name}" for name in answer.get("files", ())]
    told += [
        f"left out, for its licence forbids sharing: {one['document']} of {one['edition']} "
        f"({one['licence']}); --include-restricted takes it in"
        for one in answer["left_out"]
    ]
    if "database" in answer:
        where = "{name} on {host}, schema {schema}".format(**answer["database"])
        count = sum(answer["rows"].values())
        told.append(
            f"{count} rows loaded into {where}"
            if answer["changed"]
            else f"{where} has this release already"
        )
    coin = answer.get("coinr")
    if coin:
        told.append(f"{coin['rows']} rows, {coin['indicators']} indicators; ties: {coin['ties']}")
        told += [f"{name}: {', '.join(coin[name])}" for name in _TOLD if coin[name]]
        told += [
            f"{one['what']}: {one['uName']} [{one['uCode']}]: {one['printed']:g} is printed, "
            f"{one['computed']:g} computed ({one['finding_id'] or 'no finding'})"
            for one in coin["departures"]
        ]
    return told


#: What is told of an edition for COINr, beside its numbers.
_TOLD = (
    "groups", "units_without_ref_area", "indicators_aside", "indicators_without_scores",
    "maxima_from_rates", "weights_unstated",
)  # fmt: skip
