"""What can go wrong besides bad data: wrong use, unreadable input, a busy resource.

Bad data never raises; it becomes a :class:`mtool.model.Finding`.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """The process exit codes, documented in docs/reference/exit-codes.md."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    UNREADABLE = 3
    BUG = 70
    TRY_AGAIN = 75
    INTERRUPTED = 130
    CLOSED_PIPE = 141


#: Of several outcomes in one command, the first listed here is the one reported.
PRECEDENCE = (
    ExitCode.BUG,
    ExitCode.USAGE,
    ExitCode.UNREADABLE,
    ExitCode.FINDINGS,
    ExitCode.TRY_AGAIN,
    ExitCode.CLEAN,
)


def worst(codes: list[ExitCode]) -> ExitCode:
    """Return the code that speaks for all of `codes`; `CLEAN` for none."""
    return next((code for code in PRECEDENCE if code in codes), ExitCode.CLEAN)


def nearest(name: str, known: Iterable[str]) -> str:
    """What an unknown name may have meant (`did you mean 'x'?`), else what there is, up to twenty."""
    import difflib

    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"there are: {', '.join((*names[:20], *['…'] * (len(names) > 20))) or 'none'}"


class MtoolError(Exception):
    """A sentence for the user: what, where, what was expected, how to fix it."""

    exit_code = ExitCode.USAGE


class UsageError(MtoolError):
    """The command, a name in it, or the configuration is wrong."""


class MissingExtra(UsageError):
    """What was asked for needs a library that comes with one of mtool's extras."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f'{what} needs an extra; install it with: pip install "mtool[{extra}]"')


class UnreadableInput(MtoolError):
    """A file is missing, not readable, or not what its name says."""

    exit_code = ExitCode.UNREADABLE


class TryAgainLater(MtoolError):
    """The network or a lock stood in the way; the same call may succeed later."""

    exit_code = ExitCode.TRY_AGAIN


class LockHeld(TryAgainLater):
    """Another process is at work in the workspace."""
