"""The command line: results on standard output, everything else on standard error.

Exit status: 0 all that was asked for was done, 1 a document was refused or failed or a file
is damaged, 2 the call was wrong, 70 a fault of the program itself.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib.metadata import version
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from rich.console import Console

from flows import progress
from flows.export.command import add_options as add_export_options
from flows.releases import add_options as add_release_options
from flows.report.command import add_options as add_report_options

# What takes seconds to import (Prefect, Arrow, the register) is imported by the command
# that needs it, so that a wrong call is told at once.
if TYPE_CHECKING:
    from extractors.model import DocumentError
    from flows.steps import Report

OK, REFUSED, WRONG_CALL, FAULT = 0, 1, 2, 70

_RAW = "folder or URL of the raw documents"
#: Where the datasets are if no one says.
_CURATED = "curated"

#: What a shell makes of a program that was ended by Ctrl-C.
INTERRUPTED = 130

#: What a command prints, written to standard output once it is whole: a caller never reads
#: half of an answer, and what can go wrong in writing it goes wrong in one place.
_results = io.StringIO()
_stdout: TextIO | None = None
_on_terminal = False


class WrongCall(Exception):
    """A call that cannot be meant."""


class Failure(Exception):
    """What keeps a whole command from being done, for a reason outside the program."""


class _Parser(argparse.ArgumentParser):
    """A parser that tells a wrong call as JSON too, where JSON is asked for."""

    as_json = False

    def error(self, message: str) -> NoReturn:
        if _Parser.as_json:
            print(json.dumps({"error": {"reason": message, "exit": WRONG_CALL}}))
        super().error(message)


def _parser() -> _Parser:
    parser = _Parser(
        prog="rankbook",
        description="Recovers the tables of published reports and lands them as datasets.",
        epilog="Exit status: 0 done; 1 a document was refused or failed, or a file is damaged; "
        "2 the call was wrong; 70 a fault of the program.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"rankbook {version('rankbook')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = _Parser(add_help=False)
    common.add_argument(
        "--json", action="store_true", help="one JSON object on standard output, nothing else"
    )
    common.add_argument(
        "-v", "--verbose", action="store_true", help="log everything, with tracebacks"
    )
    curated = _Parser(add_help=False)
    curated.add_argument(
        "--curated", default=_CURATED, metavar="URL", help="folder or URL of the datasets"
    )

    def command(run: Callable[..., int], *parents: _Parser) -> Any:
        added = commands.add_parser(
            run.__name__,
            help=_first_line(run),
            description=_first_line(run),
            parents=[common, *parents],
            allow_abbrev=False,
        )
        added.set_defaults(run=run)
        return added

    one = command(extract)
    one.add_argument("file", metavar="FILE", help="a document, by path or URL")
    one.add_argument("--format", choices=("json", "csv", "markdown"), help="how to print")
    one.add_argument(
        "--grids", action="store_true", help="the grids as printed, before they are assembled"
    )
    landing = _landing_options()
    some = command(ingest, landing, curated)
    some.add_argument("files", nargs="+", metavar="FILE", help="documents, by path or URL")
    some.add_argument(
        "--revision", type=_at_least(1), metavar="N", help="declares other bytes as revision N"
    )
    every = command(backfill, landing, curated)
    every.add_argument(
        "folder", nargs="?", metavar="DIR", help="a folder or URL; that of --raw if none"
    )
    served = command(serve, curated)
    served.add_argument("--raw", default="raw", metavar="URL", help=_RAW)
    served.add_argument(
        "--cron", default="*/5 * * * *", help="when to look; every five minutes if none is said"
    )
    _add_workers(served)
    again = command(replay, curated)
    again.add_argument(
        "documents", nargs="*", metavar="DOCUMENT", help="by name, path or URL; all if none"
    )
    again.add_argument("--raw", default="raw", metavar="URL", help=_RAW)
    again.add_argument(
        "--dry-run", action="store_true", help="show what would be altered; write nothing"
    )
    _add_workers(again)
    state = command(status, curated)
    state.add_argument(
        "--findings", action="store_true", help="list findings and quarantined rows by their ids"
    )
    state.add_argument(
        "--checks", metavar="DIR", help="write every expectation's outcome as JSON and as a page"
    )
    why = command(explain, curated)
    why.add_argument(
        "id",
        metavar="ID",
        help="finding_id, TABLE_ID, TABLE_ID:ROW, TABLE_ID:ROW:COLUMN, or DOCUMENT:LINE",
    )
    why.add_argument("--raw", default="raw", metavar="URL", help=_RAW)
    two = command(diff, curated)
    two.add_argument("a", metavar="A", help="an edition or a release, the earlier one")
    two.add_argument("b", metavar="B", help="another edition, or another release")
    two.add_argument(
        "--top", type=_at_least(1), default=20, metavar="N", help="entries printed of each list"
    )
    forms = command(export, curated)
    add_export_options(forms)
    add_report_options(command(report, curated))
    add_release_options(command(releases, curated))
    return parser


def _landing_options() -> _Parser:
    options = _Parser(add_help=False)
    options.add_argument("--raw", default="raw", metavar="URL", help=_RAW)
    options.add_argument("--dry-run", action="store_true", help="do everything but write")
    options.add_argument(
        "--again", action="store_true", help="land also what is unchanged; mends damaged files"
    )
    options.add_argument(
        "--accept", action="store_true", help="land also what would be held as all too different"
    )
    _add_workers(options)
    return options


def _add_workers(options: argparse.ArgumentParser) -> None:
    options.add_argument(
        "--workers",
        type=_at_least(1),
        default=0,
        metavar="N",
        help="processes that read documents; one a core if none is said",
    )


def _at_least(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isascii() or not text.isdigit() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least} on")
        return int(text)

    return number


def _first_line(function: Callable[..., int]) -> str:
    return (function.__doc__ or "").split("\n")[0]


def extract(options: argparse.Namespace) -> int:
    """Recover the tables of one document and print them; lands nothing."""
    as_json = options.json or options.grids or options.format == "json"
    if as_json and options.format not in (None, "json"):
        raise WrongCall(f"--format {options.format} goes neither with --json nor with --grids")
    from extractors.model import DocumentError
    from extractors.source import Reading
    from flows import rawstore, summary, tables
    from schemas.vocabulary import Vocabulary

    try:
        file = rawstore.inspect(options.file)
        recover = tables.grids if options.grids else tables.extracted
        with progress.of_pages() as seen:
            reading = Reading(os.cpu_count() or 1, seen)
            extracted = recover(rawstore.read(file), file.name, Vocabulary.load(), reading)
    except DocumentError as error:
        return _refuse(error, as_json)
    if as_json:
        _answer(extracted)
    elif options.format == "csv":
        _results.write(summary.to_csv(extracted))
    elif options.format == "markdown":
        _results.write(summary.to_markdown(extracted))
    else:
        summary.print_tables(extracted, _console())
    return _unread(file.name, extracted["pages_not_read"])


def _unread(document: str, pages: Sequence[int]) -> int:
    """Name the pages of which nothing was read; the exit status."""
    if not pages:
        return OK
    named = ", ".join(map(str, pages))
    print(
        f"{document}: not read, for they are pictures: page {named}; "
        "install the extra that reads them: pip install 'rankbook[ocr]'",
        file=sys.stderr,
    )
    return REFUSED


def ingest(options: argparse.Namespace) -> int:
    """Keep, extract, match, check and land documents."""
    return _land(list(dict.fromkeys(options.files)), options)


def backfill(options: argparse.Namespace) -> int:
    """Land every document under a folder, in parallel; goes on where it was interrupted."""
    from flows import rawstore

    try:
        found = list(rawstore.documents(options.folder or options.raw))
    except ValueError as error:
        raise WrongCall(str(error)) from error
    return _land(found, options)


def serve(options: argparse.Namespace) -> int:
    """Land what is new or changed under raw, on a schedule, until it is ended."""
    from flows import serve as serves
    from flows.server import ServerError
    from flows.summary import print_line

    _check_places(options)

    def started(serving: serves.Serving) -> None:
        if options.json:
            _answer(asdict(serving))
        else:
            print_line(_console(), serving.line)
        _say_now()

    try:
        serves.serve(options.raw, options.curated, options.cron, options.workers, started)
    except ValueError as error:
        raise WrongCall(str(error)) from error
    except ServerError as error:
        raise Failure(str(error)) from error
    return OK


def replay(options: argparse.Namespace) -> int:
    """Match landed documents again, without parsing: after new words, or other code."""
    from flows import replay as replays
    from flows.store import StoreError

    _check_places(options)
    documents = list(dict.fromkeys(options.documents))
    try:
        with progress.of_documents(len(documents) or None) as advance:
            report = replays.replay(
                documents,
                options.raw,
                options.curated,
                dry_run=options.dry_run,
                processes=options.workers,
                seen=advance,
            )
    except StoreError as error:
        raise Failure(str(error)) from error
    return _reported(report, options)


def status(options: argparse.Namespace) -> int:
    """Say what landed, with its accounting, and verify the files of the newest release."""
    from flows import readout, summary
    from flows import status as statuses
    from flows.store import Store, StoreError

    _check_curated(options.curated)
    try:
        found = statuses.status(options.curated)
        is_there = not found.is_sound or Store(options.curated).exists
    except StoreError as error:
        raise Failure(str(error)) from error
    if not is_there and options.curated != _CURATED:
        raise WrongCall(f"--curated: nothing has landed in {options.curated}: it has no releases")
    listed = statuses.findings(options.curated) if options.findings and found.is_sound else []
    written = _write_checks(options) if options.checks and found.is_sound else None
    if options.json:
        more: dict[str, Any] = {}
        if options.findings:
            more["findings"] = [asdict(one) for one in listed]
        if written:
            more["checks"] = written
        _answer({**found.to_json(), **more})
    else:
        summary.print_status(found, _console())
        readout.print_findings(listed, _console())
        for form, path in (written or {}).items():
            summary.print_line(_console(), f"checks as {form}: {path}")
    return OK if found.is_sound else REFUSED


def _write_checks(options: argparse.Namespace) -> dict[str, str]:
    from flows.checks import results
    from flows.store import Store, StoreError

    try:
        return results.write(Store(options.curated), options.checks)
    except ValueError as error:
        raise WrongCall(f"--checks: {error}") from error
    except (StoreError, OSError) as error:
        raise Failure(f"the results of the checks cannot be written: {error}") from error


def explain(options: argparse.Namespace) -> int:
    """Say why a finding, table, row, cell or line is what it is, beside its source lines."""
    from flows import explain as explains
    from flows import readout
    from flows.store import StoreError

    _check_places(options)
    try:
        found = explains.explain(options.id, options.raw, options.curated)
    except explains.UnknownIdError as error:
        raise WrongCall(str(error)) from error
    except StoreError as error:
        raise Failure(str(error)) from error
    if options.json:
        return _answer({"id": options.id, "explained": [one.to_json() for one in found]})
    readout.print_explanations(found, _console())
    return OK


def diff(options: argparse.Namespace) -> int:
    """Compare two editions, or two releases: columns, coverage, counts, cells and ranks."""
    from flows import diff as diffs
    from flows import readout
    from flows.store import StoreError

    _check_curated(options.curated)
    try:
        found = diffs.diff(options.a, options.b, options.curated)
    except diffs.UnknownNameError as error:
        raise WrongCall(str(error)) from error
    except StoreError as error:
        raise Failure(str(error)) from error
    if options.json:
        return _answer(found.to_json())
    readout.print_difference(found, options.top, _console())
    return OK


def export(options: argparse.Namespace) -> int:
    """Write a release in the forms of scorers and analysts: for COINr, as CSV, Parquet, long."""
    from flows.export import command as exports
    from flows.export.errors import ExportError
    from flows.store import StoreError
    from flows.summary import print_line

    wrong = exports.wrong_call(options)
    if wrong:
        raise WrongCall(wrong)
    _check_curated(options.curated)
    try:
        answer = exports.run(options)
    except ExportError as error:
        raise WrongCall(str(error)) from error
    except (StoreError, OSError) as error:
        raise Failure(str(error)) from error
    if options.json:
        return _answer(answer)
    for line in exports.lines(answer):
        print_line(_console(), line)
    return OK


def report(options: argparse.Namespace) -> int:
    """Write a release as pages to review: its tables beside their source, findings, plots."""
    from flows.report import command as reports
    from flows.report.errors import ReportError
    from flows.store import StoreError
    from flows.summary import print_line

    _check_places(options)
    try:
        answer = reports.run(options)
    except ReportError as error:
        raise WrongCall(str(error)) from error
    except (StoreError, OSError) as error:
        raise Failure(str(error)) from error
    if options.json:
        return _answer(answer)
    for line in reports.lines(answer):
        print_line(_console(), line)
    return OK


def releases(options: argparse.Namespace) -> int:
    """List the releases; pin one, roll back, give up old ones, or erase a document."""
    from flows import releases as history
    from flows.store import StoreError
    from flows.summary import print_line

    wrong = history.wrong_call(options)
    if wrong:
        raise WrongCall(wrong)
    _check_curated(options.curated)
    try:
        answer = history.run(options)
    except history.UnknownNameError as error:
        raise WrongCall(str(error)) from error
    except (StoreError, OSError) as error:
        raise Failure(str(error)) from error
    if options.json:
        return _answer(answer)
    for line in history.lines(answer):
        print_line(_console(), line)
    return OK


def _land(documents: Sequence[str], options: argparse.Namespace) -> int:
    from flows.runs import Call, run
    from flows.store import StoreError

    _check_places(options)
    call = Call(
        raw=options.raw,
        curated=options.curated,
        revision=getattr(options, "revision", None),
        dry_run=options.dry_run,
        again=options.again,
        accept=options.accept,
        processes=options.workers,
    )
    try:
        with progress.of_documents(len(documents)) as advance:
            report = run(documents, call, advance)
    except StoreError as error:
        raise Failure(str(error)) from error
    return _reported(report, options)


def _reported(report: Report, options: argparse.Namespace) -> int:
    """Print what became of the documents of a call; its exit status."""
    from flows import summary

    if options.json:
        _answer(_report(report, options))
    else:
        summary.print_outcomes(report.outcomes, report.releases, options.curated, _console())
    return OK if report.is_clean else REFUSED


def _check_places(options: argparse.Namespace) -> None:
    from flows import rawstore

    try:
        rawstore.Location.of(options.raw)
    except ValueError as error:
        raise WrongCall(f"--raw: {error}") from error
    _check_curated(options.curated)


def _check_curated(url: str) -> None:
    from flows.store import Store, StoreError

    try:
        _ = Store(url).place
    except StoreError as error:
        raise WrongCall(f"--curated: {error}") from error


def _report(report: Report, options: argparse.Namespace) -> dict[str, Any]:
    states = [outcome.state for outcome in report.outcomes]
    return {
        "command": options.command,
        "raw": options.raw,
        "curated": options.curated,
        "dry_run": options.dry_run,
        "releases": report.releases,
        "counts": {state: states.count(state) for state in sorted(set(states))},
        "documents": [outcome.to_json() for outcome in report.outcomes],
    }


def _console() -> Console:
    if _on_terminal:
        return Console(file=_results, force_terminal=True, width=get_terminal_size().columns)
    return Console(file=_results, force_terminal=False)


def _answer(value: Any) -> int:
    json.dump(value, _results, ensure_ascii=False, indent=2 if _on_terminal else None)
    _results.write("\n")
    return OK


def _say_now() -> None:
    """Write what a command has to say before it is done: one that runs for years starts so."""
    assert _stdout is not None
    _stdout.write(_results.getvalue())
    _stdout.flush()
    _results.seek(0)
    _results.truncate()


def _refuse(error: DocumentError, as_json: bool) -> int:
    if as_json:
        place = {"line": error.line, "page": error.page}
        said = {"document": error.document, "code": error.code, "reason": error.reason, **place}
        _answer({"error": said})
    print(f"refused: {error}", file=sys.stderr)
    return REFUSED


def main(arguments: Sequence[str] | None = None) -> None:
    """The console script: runs a command and leaves with its exit status."""
    _Parser.as_json = "--json" in (sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(arguments)  # leaves with 2 where the call is wrong
    from flows import runtime

    runtime.prepare_environment("DEBUG" if options.verbose else "WARNING")
    runtime.configure_logging()
    global _on_terminal, _stdout
    _on_terminal = sys.stdout.isatty()
    _stdout = stdout = runtime.claim_stdout()
    sys.exit(_written(stdout, _run(options)))


def _run(options: argparse.Namespace) -> int:
    """The exit status of a call. Raises nothing."""
    try:
        return int(options.run(options))
    except WrongCall as error:
        return _failed(str(error), WRONG_CALL, options)
    except Failure as error:
        return _failed(str(error), REFUSED, options)
    except KeyboardInterrupt:
        return _failed("interrupted; what landed stays", INTERRUPTED, options)
    except Exception as error:  # noqa: BLE001  the last one to see it: it becomes a status
        if options.verbose:
            traceback.print_exc()
        hint = "" if options.verbose else " (more with --verbose)"
        said = f"a fault of the program: {type(error).__name__}: {error}{hint}"
        return _failed(said, FAULT, options)


def _failed(said: str, code: int, options: argparse.Namespace) -> int:
    if options.json:
        _answer({"error": {"reason": said, "exit": code}})
    print(f"rankbook {options.command}: {said}", file=sys.stderr)
    return code


def _written(stdout: TextIO, code: int) -> int:
    """The exit status once the results are written: a reader may have enough of them (head),
    but where they cannot be written at all that is a failure."""
    try:
        with stdout:
            stdout.write(_results.getvalue())
    except BrokenPipeError:
        return code
    except OSError as error:
        print(f"rankbook: the results cannot be written: {error}", file=sys.stderr)
        return code or REFUSED
    return code


if __name__ == "__main__":
    main()
