"""Write the mutants of the named files as JSON lines; the rules of mutation are mutmut's.

    python tools/mutation/make.py SEED MOST src/mtool/validate.py

Of more than MOST mutants so many are drawn with the seed; 0 is all of them.

Run by an environment that has mutmut, which need not be that of the tests. mutmut leaves decorated
functions out; here their decorators are taken off first, so that cached ones are mutated too.
"""

from __future__ import annotations

import ast
import difflib
import json
import random
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import libcst as cst
from mutmut.mutation.file_mutation import Mutation, create_mutations, deep_replace

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions_of(tree: ast.Module) -> dict[str, Function]:
    """The functions of a module and the methods of its classes, by qualified name."""
    found: dict[str, Function] = {}
    for node in tree.body:
        if isinstance(node, Function):
            found[node.name] = node
        elif isinstance(node, ast.ClassDef):
            inner = (method for method in node.body if isinstance(method, Function))
            found |= {f"{node.name}.{method.name}": method for method in inner}
    return found


def undecorated(source: str, functions: dict[str, Function]) -> str:
    """The source with empty lines where its functions had decorators."""
    lines = source.splitlines(keepends=True)
    for function in functions.values():
        for decorator in function.decorator_list:
            for at in range(decorator.lineno - 1, decorator.end_lineno or decorator.lineno):
                lines[at] = "\n"
    return "".join(lines)


def named_nodes(module: cst.Module) -> dict[int, str]:
    """The qualified name of each function's node, by identity."""
    names = {}
    for node in module.body:
        if isinstance(node, cst.FunctionDef):
            names[id(node)] = node.name.value
        elif isinstance(node, cst.ClassDef):
            for method in node.body.body:
                if isinstance(method, cst.FunctionDef):
                    names[id(method)] = f"{node.name.value}.{method.name.value}"
    return names


def statement_lines(function: Function, line: int) -> tuple[int, int]:
    """First and last line of the innermost statement on a line; of a block, those of its head.

    What stands in the head of the function itself belongs to its whole body.
    """
    first, last = function.body[0].lineno, function.end_lineno or function.lineno
    for node in ast.walk(function):
        if isinstance(node, ast.stmt) and node is not function:
            body = getattr(node, "body", None)
            end = body[0].lineno - 1 if body else node.end_lineno or node.lineno
            end = max(end, node.lineno)
            if node.lineno <= line <= end and end - node.lineno <= last - first:
                first, last = node.lineno, end
    return first, last


def changes_of(path: Path) -> list[Callable[[], dict[str, object]]]:
    """One function per mutant of a file, which writes it out: most of a sample never are."""
    source = path.read_text("utf-8")
    functions = functions_of(ast.parse(source))
    module, mutations, *_ = create_mutations(str(path), undecorated(source, functions))
    names = named_nodes(module)

    def written(mutation: Mutation, name: str) -> dict[str, object]:
        bare = mutation.contained_by_top_level_function.with_changes(leading_lines=[])
        before = module.code_for_node(bare)
        after = module.code_for_node(
            deep_replace(bare, mutation.original_node, mutation.mutated_node)
        )
        was, now, offset = difference(before, after)
        function = functions[name]
        return {
            "path": str(path),
            "function": name,
            "key": f"{name}: {was} -> {now}",
            "lines": statement_lines(function, function.lineno + offset),
            "span": (function.lineno, function.end_lineno),
            "code": after,
        }

    named = [(m, names.get(id(m.contained_by_top_level_function))) for m in mutations]
    return [partial(written, mutation, name) for mutation, name in named if name]


def difference(before: str, after: str) -> tuple[str, str, int]:
    """What was and what is now in the lines that differ, and how many lines precede them."""
    old, new = before.splitlines(), after.splitlines()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    changes = [change for change in matcher.get_opcodes() if change[0] != "equal"]
    was = [line.strip() for _, a, b, _, _ in changes for line in old[a:b]]
    now = [line.strip() for _, _, _, a, b in changes for line in new[a:b]]
    return " ".join(was), " ".join(now), changes[0][1] if changes else 0


def main() -> None:
    seed, most, *files = sys.argv[1:]
    changes = [change for name in files for change in changes_of(Path(name))]
    if 0 < int(most) < len(changes):
        chosen = sorted(random.Random(int(seed)).sample(range(len(changes)), int(most)))
        print(f"{len(chosen)} of {len(changes)} mutants, seed {seed}", file=sys.stderr)
        changes = [changes[at] for at in chosen]
    seen: Counter[str] = Counter()
    for change in changes:
        mutant = change()
        key = str(mutant["key"])
        seen[key] += 1
        if seen[key] > 1:
            mutant["key"] = f"{key} #{seen[key]}"
        print(json.dumps(mutant))


if __name__ == "__main__":
    main()
