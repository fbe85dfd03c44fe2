"""Text that somebody decoded wrongly (`MÃ©naka`): found, named, and repaired on request."""

from __future__ import annotations

import re
from pathlib import Path

from mtool.model import Finding, Locator

#: What the first byte of a UTF-8 sequence looks like in Windows-1252, and what may follow it.
_LEADS = "ÂÃÄÅÐÑØÙâãïð"
_SUSPECT = re.compile(f"[{_LEADS}][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
_LINES = re.compile(r"[^\r\n]+")
_AROUND = 30
#: Longer lines are repaired in pieces, cut at a blank, so that cost stays linear.
_LONGEST_PIECE = 10_000
_LINES_NAMED = 5


def review_mojibake(text: str, path: Path, repair: bool) -> tuple[str, tuple[Finding, ...]]:
    """Return the text, repaired when `repair` is set, and one finding that names the lines.

    Only what ftfy turns into better text counts; `SÃO` and `Århus` stay as they are.
    """
    if text.isascii() or not any(lead in text for lead in _LEADS) or not _SUSPECT.search(text):
        return text, ()
    broken: list[tuple[int, str, str]] = []
    pieces: list[str] = []
    end = line = 0
    counted = 0
    for match in _LINES.finditer(text):
        if not _SUSPECT.search(text, match.start(), match.end()):
            continue
        better = _repaired(match.group())
        if better == match.group():
            continue
        line += _line_ends(text, counted, match.start())
        counted = match.start()
        broken.append((line + 1, *_first_difference(match.group(), better)))
        pieces += (text[end : match.start()], better)
        end = match.end()
    if not broken:
        return text, ()
    fixed = "".join((*pieces, text[end:])) if repair else text
    return fixed, (_finding(broken, path, repair),)


def _line_ends(text: str, start: int, stop: int) -> int:
    return (
        text.count("\n", start, stop)
        + text.count("\r", start, stop)
        - text.count("\r\n", start, stop)
    )


def _repaired(line: str) -> str:
    from ftfy import fix_encoding

    if len(line) <= _LONGEST_PIECE:
        return fix_encoding(line)
    cuts = [0]
    while len(line) - cuts[-1] > _LONGEST_PIECE:
        blank = line.rfind(" ", cuts[-1] + 1, cuts[-1] + _LONGEST_PIECE)
        cuts.append(blank if blank > 0 else cuts[-1] + _LONGEST_PIECE)
    return "".join(
        fix_encoding(line[a:b]) for a, b in zip(cuts, [*cuts[1:], len(line)], strict=True)
    )


def _first_difference(before: str, after: str) -> tuple[str, str]:
    """The words around the first difference, as printed and as repaired."""
    at = next(
        (i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b),
        min(len(before), len(after)),
    )
    start = max(before.rfind(" ", 0, at) + 1, at - _AROUND)
    return _word(before, start), _word(after, start)


def _word(text: str, start: int) -> str:
    return re.split(r"[\s,;|]", text[start : start + _AROUND], maxsplit=1)[0]


def _finding(broken: list[tuple[int, str, str]], path: Path, repaired: bool) -> Finding:
    line, printed, better = broken[0]
    named = ", ".join(str(number) for number, *_ in broken[:_LINES_NAMED])
    more = f" and {len(broken) - _LINES_NAMED} more" if len(broken) > _LINES_NAMED else ""
    where = f" (lines {named}{more})" if len(broken) > 1 else ""
    if repaired:
        message = f'wrongly decoded text was repaired, as "{printed}" to "{better}"{where}'
    else:
        message = f'"{printed}" looks wrongly decoded; it may be "{better}"{where}'
    return Finding(
        rule="mojibake_repaired" if repaired else "mojibake",
        class_="note",
        severity="info" if repaired else "warning",
        message=message,
        locator=Locator(path=str(path), line=line),
        value=printed,
        suggestion=None if repaired else f'read it with --fix-mojibake to get "{better}"',
    )
