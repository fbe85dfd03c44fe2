"""Charts on the page; where they cannot be drawn, the page says so and keeps the tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mtool.charts import CALLED, Chart
from mtool.errors import MissingExtra
from mtool.language import colon, translated
from mtool.web_page import Markup, element

#: Names within a picture, which must not be those of another picture on the page.
_NAMES = re.compile(r'\b(id="|url\(#|href="#)')


def pictures(charts: Iterable[Chart]) -> Iterator[Markup]:
    """Each chart as a figure with its words; one sentence where the drawing library is missing."""
    from mtool.charts.vega import svg

    for at, chart in enumerate(charts):
        try:
            drawn = Markup(_NAMES.sub(rf"\g<1>{chart.kind}{at}-", svg(chart)))
        except MissingExtra as error:
            yield element("p", translated(str(error)), class_="faint")
            return
        name = f"{translated(CALLED[chart.kind])}{colon()} {chart.title}"
        frame = element(
            "div", drawn, class_="picture", role="region", tabindex="0", aria_label=name
        )
        yield element("figure", frame, element("figcaption", name))
