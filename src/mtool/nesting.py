"""How deep YAML is nested, found without building it: parsers recurse, and die of thousands of levels."""

from __future__ import annotations

#: More levels than any passport or schema has.
DEEPEST = 100


def nested_too_deep(text: str) -> bool:
    """True where lists and mappings stand more than `DEEPEST` deep in each other.

    Text that is not YAML is left to the parser, which says what is wrong with it.
    """
    import yaml

    depth = 0
    try:
        for event in yaml.parse(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > DEEPEST:
                return True
    except (yaml.YAMLError, ValueError):
        return False
    return False
