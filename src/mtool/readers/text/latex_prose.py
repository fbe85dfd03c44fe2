"""The prose of a LaTeX source as words, with headings and items as Markdown writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from mtool.readers.text.latex_words import group_end, words_of
from mtool.readers.text.lines import LONGEST_TABLE_LINE, Line

_SIGN = re.compile(r"\\(?:begin\{document\}|documentclass|section\*?\{|begin\{tabular)")
_HEADING = re.compile(
    r"\s*\\(?:chapter|(?:sub){0,2}section|paragraph|title)\*?(?:\[[^\]]{0,200}\])?\{"
)
_SETTING = re.compile(
    r"\s*\\(?:documentclass|usepackage|begin|end|maketitle|tableofcontents|newcommand|"
    r"renewcommand|setlength|pagestyle|newpage|clearpage|centering|label|bibliography|input|"
    r"author|date|noindent\s*$|bigskip|medskip|smallskip|vspace)"
)
_ITEM = re.compile(r"\s*\\item\b(?:\[[^\]]{0,60}\])?\s?")
_COMMENT = re.compile(r"(?<!\\)%.*")


def is_latex(lines: Sequence[Line]) -> bool:
    """True when a text has the commands of a LaTeX source."""
    return any("\\" in line.text and _SIGN.search(line.text[:400]) for line in lines)


def plain_lines(lines: Sequence[Line]) -> list[Line]:
    """Return the same lines with words for commands; settings become blank lines."""
    return [
        replace(line, text=_plain(line.text)) if len(line.text) <= LONGEST_TABLE_LINE else line
        for line in lines
    ]


def _plain(text: str) -> str:
    if _SETTING.match(text):
        return ""
    text = _COMMENT.sub("", text)
    heading = _HEADING.match(text)
    if heading:
        inside = text[heading.end() : group_end(text, heading.end() - 1) - 1]
        return f"# {words_of(inside)}"
    item = _ITEM.match(text)
    return f"- {words_of(text[item.end() :])}" if item else words_of(text)
