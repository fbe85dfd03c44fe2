"""Renew the catalogues: every sentence for people that the code can say, by its own syntax tree.

python locales/renew.py           writes locales/LANG/LC_MESSAGES/mtool.po and .mo anew
python locales/renew.py --check   says what is not translated, not used any more, or not compiled
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from mtool.language import NOUNS

HERE = Path(__file__).parent
PACKAGE = HERE.parent / "src" / "mtool"
#: Shown texts that the syntax tree does not tell from others: single words, and Typer's own.
ALSO_SHOWN = HERE / "also_shown.txt"
SCHEMAS = HERE.parent / "schemas"
#: Texts that look like sentences and are not shown to anybody, one a line.
NOT_SHOWN = HERE / "not_shown.txt"
#: Modules whose texts are words to be recognised in reports, not said.
RECOGNISED = (
    "auditing/lexicon.py",
    "auditing/number_words.py",
    "auditing/part_words.py",
    "auditing/change_words.py",
    "auditing/time_words.py",
    "auditing/unsummed_words.py",
    "auditing/quantity_words.py",
    "auditing/total_labels.py",
    "auditing/wording.py",
    "column_words.py",
    "printed_numbers.py",
)
#: The day that stands in every catalogue, so that the same texts give the same bytes.
MADE = datetime(2026, 1, 1, tzinfo=UTC)
PROSE = re.compile(r"[^\W\d_]{2,}")


def escaped(text: str) -> str:
    """A text with `{}` for what `format` puts in by name or number; other braces doubled."""
    doubled = text.replace("{", "{{").replace("}", "}}")
    return re.sub(r"\{\{\w+(![rsa])?\}\}", "{}", doubled)


def template(node: ast.AST) -> str | None:
    """A text with `{}` for each value that is put into it; null for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return escaped(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            "{}" if isinstance(part, ast.FormattedValue) else template(part) or ""
            for part in node.values
        )
    return None


def texts_of(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of everything in a module that could be a sentence or a label."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inner = {id(v) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for v in n.values}
    docstrings = {id(d) for n in ast.walk(tree) if (d := _docstring(n)) is not None}
    for node in ast.walk(tree):
        if id(node) in inner or id(node) in docstrings:
            continue
        text = template(node)
        if text and is_prose(text):
            yield node.lineno, text.strip()  # type: ignore[attr-defined]
    if path.parent.name == "cli":
        for node in ast.walk(tree):
            doc = ast.get_docstring(node) if isinstance(node, ast.FunctionDef) else None
            if doc and (node.name == "command" or node.decorator_list):
                yield node.lineno, doc


def _docstring(node: ast.AST) -> ast.AST | None:
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
        return node.body[0].value  # type: ignore[attr-defined, no-any-return]
    return None


def is_prose(text: str) -> bool:
    """True for a text with at least two words, or a word beside a placeholder; no pattern."""
    words = PROSE.findall(text.replace("{}", " "))
    spaced = " " in text.strip()
    return bool(words) and spaced and "\\" not in text and "(?" not in text


def wanted() -> dict[str, list[tuple[str, int]]]:
    """Text → places, of everything that has to be translated."""
    not_shown = set(NOT_SHOWN.read_text(encoding="utf-8").splitlines())
    found: dict[str, list[tuple[str, int]]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if name not in RECOGNISED:
            for line, text in texts_of(path):
                if text.replace("\n", " ") not in not_shown:
                    found.setdefault(text, []).append((name, line))
    for path in sorted(SCHEMAS.glob("*.yaml")):
        for text in _titles(yaml.safe_load(path.read_text(encoding="utf-8"))):
            found.setdefault(text, []).append((f"schemas/{path.name}", 0))
    for one, many in NOUNS.items():
        for text in (f"0 {many}", f"1 {one}", f"{{}} {many}"):
            found.setdefault(text, []).append(("language.py", 0))
    for text in ALSO_SHOWN.read_text(encoding="utf-8").splitlines():
        found.setdefault(text, [])
    return found


def _titles(schema: dict[str, Any]) -> Iterator[str]:
    """The title and description of a schema and of its columns."""
    for entry in (schema, *(schema.get("columns") or {}).values()):
        for key in ("title", "description"):
            if isinstance(entry, dict) and entry.get(key):
                yield str(entry[key]).strip().replace("{", "{{").replace("}", "}}")


def renewed(language: str) -> Catalog:
    """The catalogue of a language with exactly the wanted texts, translations kept."""
    path = HERE / language / "LC_MESSAGES" / "mtool.po"
    old = Catalog(language)
    if path.is_file():
        with path.open("rb") as file:
            old = read_po(file, locale=language)
    catalogue = Catalog(
        language, project="mtool", charset="utf-8", creation_date=MADE, revision_date=MADE
    )
    for text, places in wanted().items():
        known = old.get(text)
        string = known.string if known else ""
        catalogue.add(text, string, locations=sorted({(name, 0) for name, _ in places}))
    return catalogue


def written(catalogue: Catalog) -> dict[str, bytes]:
    """The bytes of both files; the same catalogue gives the same bytes."""
    po, mo = io.BytesIO(), io.BytesIO()
    write_po(po, catalogue, omit_header=True, sort_output=True, include_lineno=False, width=100)
    write_mo(mo, catalogue)
    return {"mtool.po": po.getvalue(), "mtool.mo": mo.getvalue()}


def main() -> int:
    """Write every catalogue, or say what is wrong with one."""
    wrong = []
    for folder in sorted(path for path in HERE.iterdir() if (path / "LC_MESSAGES").is_dir()):
        catalogue = renewed(folder.name)
        missing = [str(m.id) for m in catalogue if m.id and not m.string]
        for name, content in written(catalogue).items():
            path = folder / "LC_MESSAGES" / name
            if "--check" not in sys.argv:
                path.write_bytes(content)
            elif not path.is_file() or path.read_bytes() != content:
                wrong.append(f"{path.name} of {folder.name} is not up to date")
        wrong += [f"{folder.name}: not translated: {text!r}" for text in missing]
    for line in wrong:
        print(line)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
