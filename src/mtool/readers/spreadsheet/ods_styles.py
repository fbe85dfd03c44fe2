"""OpenDocument styles, as far as they say more than looks: raised text, dates, hidden tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mtool.readers.spreadsheet.ooxml import local_name

_DATE_PARTS = {"year": "yyyy", "month": "mm", "day": "dd", "hours": "h"}


def attribute(element: Any, name: str, default: str = "") -> str:
    """An attribute by its name without the namespace."""
    for key, value in element.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return default


@dataclass(slots=True)
class OdsStyles:
    """Styles by name; a style says what its parent says unless it says otherwise."""

    raised: set[str] = field(default_factory=set)
    hidden_tables: set[str] = field(default_factory=set)
    dates: dict[str, str] = field(default_factory=dict)
    _date_formats: dict[str, str] = field(default_factory=dict)

    def take(self, element: Any) -> None:
        """Take one `style:style` or `number:date-style`."""
        name = attribute(element, "name")
        if local_name(element) == "date-style":
            parts = [_DATE_PARTS.get(local_name(child), "") for child in element]
            self._date_formats[name] = "-".join(dict.fromkeys(part for part in parts if part))
            return
        parent = attribute(element, "parent-style-name")
        data_style = attribute(element, "data-style-name")
        if data_style in self._date_formats:
            self.dates[name] = self._date_formats[data_style]
        elif parent in self.dates:
            self.dates[name] = self.dates[parent]
        if parent in self.raised:
            self.raised.add(name)
        for properties in element:
            self._take_properties(name, properties)

    def _take_properties(self, name: str, properties: Any) -> None:
        if attribute(properties, "display") == "false":
            self.hidden_tables.add(name)
        position = attribute(properties, "text-position")
        if position:
            height = position.split()[0]
            is_raised = height == "super" or (height[:1].isdigit() and not height.startswith("0%"))
            (self.raised.add if is_raised else self.raised.discard)(name)
