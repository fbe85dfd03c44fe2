"""Regular expressions of schemas: as Python's `re` has them, and none that could take for ever.

Arrow's RE2 takes time in proportion to the text, whatever the expression. What it cannot do goes to
`re`, which is asked only where repetitions cannot multiply; anything else is refused with the schema.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from math import log10
from typing import Any

#: Expressions that RE2 reads as Python does, once classes are spelled out.
_RE2_ALIKE = re.compile(
    r"\^?(?:[A-Za-z0-9 _,:;/@#%&=<>!\"'~`-]|\\[.^$*+?()\[\]{}|/\\-]|\\[dDwWsS]|[.|)]|[*+?](?!\+)|\(\?:|\((?!\?)"
    r"|\{[0-9]{1,2}(?:,[0-9]{1,2})?\}(?!\+)|\[\^?(?:[A-Za-z0-9 _.,:;/+()@-]|\\[dws.\\/\[\]-])+\])*(?P<end>\$)?"
)
#: Python's classes are of Unicode, RE2's of ASCII.
_CLASSES = {"d": r"\p{Nd}", "w": r"\p{L}\p{N}_", "s": r"\t-\r\x1c-\x20\x{85}\p{Z}"}
#: What a repetition without end is taken to be: a cell of so many letters.
_LONG = 10_000
#: Two repetitions without end, in ten branches: the square of a cell is borne, the cube is not.
_MOST_WAYS = 9.0


def matching(rule: str, pattern: str) -> Callable[[str], bool]:
    """What `str_matches` (from the start) and `str_contains` (anywhere) ask of a text."""
    expression = re2_expression(rule, pattern)
    if expression and not is_tame(pattern):
        return lambda text: _found_by_re2(expression, text)
    compiled = re.compile(pattern)
    find = compiled.match if rule == "str_matches" else compiled.search
    return lambda text: find(text) is not None


def may_take_for_ever(pattern: str) -> bool:
    """True for an expression that neither RE2 nor `re` can be trusted with."""
    return re2_expression("str_matches", pattern) is None and not is_tame(pattern)


def re2_expression(rule: str, pattern: str) -> str | None:
    """The same expression for Arrow; null where it has no such."""
    alike = _RE2_ALIKE.fullmatch(pattern)
    if not alike:
        return None
    body = pattern[:-1] + r"\n?\z" if alike["end"] else pattern
    body = re.sub(r"\[(?:\\.|[^\]\\])+\]|\\.", _spelled_out, body)
    return f"^(?:{body.removeprefix('^')})" if rule == "str_matches" else body


def _spelled_out(found: re.Match[str]) -> str:
    """A set, or an escape outside of one, with its classes as RE2 knows them."""
    text = found[0]
    if text.startswith("["):
        return re.sub(r"\\(.)", lambda m: _CLASSES.get(m[1], m[0]), text)
    letter = text[1]
    if letter in _CLASSES:
        return f"[{_CLASSES[letter]}]"
    return f"[^{_CLASSES[letter.lower()]}]" if letter in "DWS" else text


def _found_by_re2(expression: str, text: str) -> bool:
    import pyarrow.compute as pc

    return bool(pc.match_substring_regex(text, expression).as_py())


def is_tame(pattern: str) -> bool:
    """True where `re` has few enough ways to try, however long a text of a cell is."""
    return _ways(re._parser.parse(pattern)) <= _MOST_WAYS  # type: ignore[attr-defined]


def _ways(items: Iterable[tuple[Any, Any]]) -> float:
    """How many ways to match a backtracking matcher may have to try, as a power of ten."""
    following, aside = 0.0, 0.0
    for kind, what in items:
        name = str(kind)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most, body = what
            most = min(int(most), _LONG)
            following += log10(most - min(int(least), most) + 1) + _ways(body) * most
        elif name == "SUBPATTERN":
            following += _ways(what[-1])
        elif name == "ATOMIC_GROUP":
            following += _ways(what)
        elif name == "BRANCH":
            following += log10(len(what[1])) + max(map(_ways, what[1]))
        elif name in ("ASSERT", "ASSERT_NOT"):
            aside = max(aside, _ways(what[1]))
        elif name in ("GROUPREF", "GROUPREF_EXISTS"):
            following += log10(_LONG)
    return max(following, aside)
