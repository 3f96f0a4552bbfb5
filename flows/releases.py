"""`rankbook releases`: its options, what it does with them, and what a person reads of it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

# Arrow and the store take a second to import, and a wrong call is to be told at once.
if TYPE_CHECKING:
    from flows.store import Release, Store


class UnknownNameError(ValueError):
    """A release or document that is not there, or that is named in two ways at once."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The actions of the command, beside the options that all commands have."""
    # What is given before an action holds for it too: its own defaults would undo that.
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--json", action="store_true", help="one JSON object on standard output")
    common.add_argument("-v", "--verbose", action="store_true", help="log everything")
    common.add_argument("--curated", metavar="URL", help="folder or URL of the datasets")
    actions = parser.add_subparsers(dest="action", metavar="ACTION", title="actions")

    def action(name: str, said: str) -> argparse.ArgumentParser:
        return actions.add_parser(
            name, help=said, description=said, parents=[common], allow_abbrev=False
        )

    action("list", "list the releases; the same as no action")
    pinned = action("pin", "keep a release whatever is given up later")
    _add_release(pinned)
    pinned.add_argument("--name", metavar="N", help="a name to call the release by")
    _add_release(action("unpin", "take a pin away"))
    _add_release(action("rollback", "publish the rows of an older release as the newest"))
    kept = action("retain", "give up all releases but some, and the files that only they need")
    kept.add_argument("--keep", type=int, metavar="N", help="the last N releases stay")
    kept.add_argument("--days", type=float, metavar="D", help="those of the last D days stay")
    _add_yes(kept)
    gone = action("erase", "erase a document from all history: rows, logs, raw bytes")
    gone.add_argument("document", metavar="DOCUMENT", help="the name of a document")
    gone.add_argument("--edition", metavar="E", help="as landed under this edition only")
    gone.add_argument(
        "--raw", default="raw", metavar="URL", help="folder or URL of the raw documents"
    )
    _add_yes(gone)


def _add_release(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("release", metavar="RELEASE", help="its id, or the name of its pin")


def _add_yes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="do it; else it is only shown")


def wrong_call(options: argparse.Namespace) -> str | None:
    """What is wrong with a call, None where nothing is."""
    if options.action == "retain":
        if options.keep is None and options.days is None:
            return "say what stays: --keep N, --days D or both"
        if (options.keep is not None and options.keep < 1) or (options.days or 0) < 0:
            return "--keep is a number from 1 on, --days one from 0 on"
    return None


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Do an action; what became of it as plain JSON data.

    Raises `UnknownNameError`, and `StoreError` and OSError where the store or raw fails.
    """
    from flows.store import Store

    store = Store(options.curated)
    does = _ACTIONS[options.action or "list"]
    return {"action": options.action or "list", "curated": options.curated, **does(store, options)}


def _list(store: Store, options: argparse.Namespace) -> dict[str, Any]:
    pins = store.pins()
    return {
        "releases": [
            {**one.to_json(), "pinned": one.release in pins, "pin": pins.get(one.release)}
            for one in store.releases()
        ]
    }


def _pin(store: Store, options: argparse.Namespace) -> dict[str, Any]:
    release = store.pin(_known(store, options.release), options.name)
    return {"release": release.release, "name": options.name}


def _unpin(store: Store, options: argparse.Namespace) -> dict[str, Any]:
    release = _known(store, options.release)
    return {"release": release.release, "was_pinned": store.unpin(release)}


def _rollback(store: Store, options: argparse.Namespace) -> dict[str, Any]:
    from flows.runtime import code_version

    wanted = _known(store, options.release)
    made = store.rollback(wanted, code_version=code_version())
    return {"restores": wanted.release, "release": made.release if made else None}


def _retain(store: Store, options: argparse.Namespace) -> dict[str, Any]:
    does = store.retain if options.yes else store.retention
    done = does(keep=options.keep, days=options.days)
    return {
        "done": options.yes,
        "retired": [one.release for one in done.retired],
        "kept": [one.release for one in done.kept],
        "files": len(done.files),
        "bytes": sum(done.files.values()),
    }


def _erase(store: Store, options: argparse.Namespace) -> dict[str, Any]:
    from flows import releases_erase
    from flows.runtime import code_version

    try:
        plan = releases_erase.plan(store, options.raw, options.document, options.edition)
    except releases_erase.NotOneError as error:
        raise UnknownNameError(str(error)) from error
    made = releases_erase.carry_out(plan, code_version()) if options.yes else None
    return {"done": options.yes, "release": made.release if made else None, **plan.to_json()}


_ACTIONS = {
    "list": _list,
    "pin": _pin,
    "unpin": _unpin,
    "rollback": _rollback,
    "retain": _retain,
    "erase": _erase,
}


def _known(store: Store, name: str) -> Release:
    from flows.store import StoreError

    releases = store.releases()  # raises where they cannot be read
    try:
        return store.resolve(name)
    except StoreError as error:
        last = ", ".join(one.release for one in releases[-3:]) or "none"
        raise UnknownNameError(f"no release or pin {name}; the last ones: {last}") from error


def lines(answer: dict[str, Any]) -> Iterator[str]:
    """What a person reads of an answer of `run`."""
    yield from _LINES[answer["action"]](answer)


def _list_lines(answer: dict[str, Any]) -> Iterator[str]:
    for one in answer["releases"]:
        notes = []
        if one["pinned"]:
            notes.append(f"pinned as {one['pin']}" if one["pin"] else "pinned")
        if one["restores"]:
            notes.append(f"rolled back to {one['restores']}")
        if one["retired_at"]:
            notes.append(f"retired {one['retired_at'][:10]}")
        if one["erased_documents"]:
            notes.append(f"{one['erased_documents']} erased, last {one['erased_at'][:10]}")
        editions = f"{len(one['editions'])} editions"
        yield "\t".join(
            [one["release"], editions, f"contract {one['contract_version']}", "; ".join(notes)]
        ).rstrip()
    if not answer["releases"]:
        yield f"no releases in {answer['curated']}"


def _pin_lines(answer: dict[str, Any]) -> Iterator[str]:
    name = f" as {answer['name']}" if answer["name"] else ""
    yield f"pinned {answer['release']}{name}"


def _unpin_lines(answer: dict[str, Any]) -> Iterator[str]:
    said = "no longer pinned" if answer["was_pinned"] else "was not pinned"
    yield f"{answer['release']} {said}"


def _rollback_lines(answer: dict[str, Any]) -> Iterator[str]:
    if answer["release"]:
        yield f"{answer['release']} has the rows of {answer['restores']} and is the newest now"
    else:
        yield f"the newest release has the rows of {answer['restores']} already"


def _retain_lines(answer: dict[str, Any]) -> Iterator[str]:
    done = answer["done"]
    for release in answer["retired"]:
        yield f"{'retired' if done else 'would be retired'}: {release}"
    size = f"{answer['files']} files, {answer['bytes'] / 1e6:.1f} MB"
    yield f"{size} {'removed' if done else 'would go'}; {len(answer['kept'])} releases stay"
    if not done:
        yield "nothing was removed; --yes does it"


def _erase_lines(answer: dict[str, Any]) -> Iterator[str]:
    done = answer["done"]
    goes = "erased" if done else "would be erased"
    for one in answer["documents"]:
        yield (
            f"{goes}: {one['document']} of {one['edition']}: {one['files']} files of rows, "
            f"{one['logs']} log entries, in {len(one['releases'])} releases"
        )
    for path in answer["raw"]:
        yield f"{goes}: {path}"
    for path, reason in answer["stays"].items():
        yield f"stays: {path}: {reason}"
    if not done:
        yield "nothing was erased; --yes does it, and there is no way back"
    else:
        yield "exports, databases, backups and the records of Prefect are not reached from here"


_LINES = {
    "list": _list_lines,
    "pin": _pin_lines,
    "unpin": _unpin_lines,
    "rollback": _rollback_lines,
    "retain": _retain_lines,
    "erase": _erase_lines,
}
