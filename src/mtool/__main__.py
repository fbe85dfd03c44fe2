"""`mtool` and `python -m mtool`: run a command, turn what went wrong into an exit code."""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn

from mtool.errors import ExitCode, MtoolError


def main() -> NoReturn:
    """Run the command line. A user never sees a traceback: details of a bug go to a file."""
    import gc

    from mtool.language import colon, translated
    from mtool.visible_text import visible_line

    # Loading modules makes many objects that stay: looking through them again and again is in vain.
    gc.set_threshold(400_000)
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = _say_nothing_of_a_full_disk
    try:
        from mtool.cli import run_in_language

        run_in_language(sys.argv[1:])
    except MtoolError as error:
        from mtool.cli.lines import fitted

        said = f"mtool{colon()} {visible_line(translated(str(error)))}"
        print(fitted(said, sys.stderr), file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)
    except SystemExit as ended:
        sys.exit(ExitCode.CLOSED_PIPE if ended.code == 1 and _reader_is_gone() else ended.code)
    except Exception as error:
        told = _told_of_disk(error)
        said = f"mtool{colon()} {translated(str(told))}" if told else _of_a_bug(error)
        print(visible_line(said), file=sys.stderr)  # noqa: T201
        sys.exit(told.exit_code if told else ExitCode.BUG)
    sys.exit(ExitCode.CLEAN)


def _told_of_disk(error: Exception) -> MtoolError | None:
    """A disk or standard output that is full or must not be written to, wherever that was met."""
    import errno

    from mtool.whole_files import FORBIDDEN, FULL, disk_failure, sentence_of

    failure = disk_failure(error)
    if failure is None or failure.errno not in FULL | FORBIDDEN | {errno.ENAMETOOLONG}:
        return None
    return sentence_of(failure)


def _say_nothing_of_a_full_disk(unraisable: Any) -> None:
    """A file that cannot be closed when thrown away was told of when it could not be written."""
    if not isinstance(unraisable.exc_value, OSError):
        sys.__unraisablehook__(unraisable)


def _reader_is_gone() -> bool:
    """True when standard output is a pipe that nobody reads any more (`mtool … | head -1`)."""
    import select

    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    poll.register(1, select.POLLOUT)
    gone = any(state & select.POLLERR for _, state in poll.poll(0))
    if gone:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return gone


def _of_a_bug(error: Exception) -> str:
    from mtool.language import translated

    return translated(f"mtool: a bug in mtool: {_kept(error)}")


def _kept(error: Exception) -> str:
    """Write the traceback to a file of its own, without secrets; say where it is."""
    import tempfile
    import traceback

    from mtool.credentials import redact

    said = redact(f"{type(error).__name__}: {str(error)[:200]}")
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="mtool-bug-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.write(redact(f"mtool {' '.join(sys.argv[1:])}\n"))
            file.write(redact("".join(traceback.format_exception(error))))
        return f"{said} (details in {file.name}; please report it)"
    except OSError:
        return said


if __name__ == "__main__":
    main()
