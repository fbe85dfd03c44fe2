"""The contract as a Table Schema in frictionless.

It blames only the later row of a key that stands twice; that is counted as two rows here.
"""

import json
import sys
from collections import Counter

import rules
from frictionless import Checklist, Resource, Schema, system

TYPES = {"int": "integer", "float": "number", "date": "date", "str": "string"}
KIND_OF = {"type-error": "type", "primary-key": "duplicate", "unique-error": "duplicate"}
KIND_OF_NOTE = {"required": "null", "enum": "code", "minimum": "range", "maximum": "range"}


def schema() -> Schema:
    """The rules as a Table Schema."""
    fields = []
    for name, column in rules.COLUMNS.items():
        constraints = {"required": not column.nullable}
        if column.low is not None:
            bounds = (column.low, column.high)
            if column.dtype == "int":
                bounds = (int(column.low), int(column.high))
            constraints |= {"minimum": bounds[0], "maximum": bounds[1]}
        if column.codes:
            constraints["enum"] = list(column.codes)
        fields.append({"name": name, "type": TYPES[column.dtype], "constraints": constraints})
    return Schema.from_descriptor({"fields": fields, "primaryKey": [rules.KEY]})


def main() -> None:
    with system.use_context(trusted=True):
        resource = Resource(path=sys.argv[1], schema=schema(), format="csv")
        report = resource.validate(Checklist(), limit_errors=10_000_000)
    counts: Counter[str] = Counter(dict.fromkeys(rules.KINDS, 0))
    for error in report.tasks[0].errors:
        words = [kind for word, kind in KIND_OF_NOTE.items() if f'"{word}' in error.note]
        counts[KIND_OF.get(error.type) or words[0]] += 1
    counts["duplicate"] *= 2
    print(json.dumps(counts))


main()
