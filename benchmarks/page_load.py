"""What a page costs a phone: bytes, requests, elements, first paint, as Chromium measures them.

Run: python benchmarks/page_load.py PAGE.html [ROUNDS]
Needs playwright and a Chromium (`MTOOL_CHROMIUM`, else /usr/bin/chromium); the processor is slowed
down four times, as Lighthouse does for a phone.
"""

from __future__ import annotations

import gzip
import os
import statistics
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

SLOWER = 4
MEASURED = """() => {
  const seen = performance.getEntriesByType('paint').find(e => e.name === 'first-contentful-paint');
  const loaded = performance.getEntriesByType('navigation')[0];
  return {paint: seen.startTime, parsed: loaded.domContentLoadedEventEnd, loaded: loaded.loadEventEnd,
          elements: document.getElementsByTagName('*').length};
}"""


def main() -> None:
    """Load a page a number of times and print what it cost, the median of each time."""
    path, rounds = Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 5
    content = path.read_bytes()
    chromium = os.environ.get("MTOOL_CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        loads = [_load(browser, path) for _ in range(rounds)]
        browser.close()
    print(f"bytes      {len(content):,} ({len(gzip.compress(content, 9)):,} compressed)")
    print(f"requests   {max(load['requests'] for load in loads)} besides the page itself")
    print(f"elements   {loads[0]['elements']:,}")
    for name, what in (("paint", "first contentful paint"), ("loaded", "loaded")):
        times = [load[name] for load in loads]
        print(f"{what}: {statistics.median(times):.0f} ms ({min(times):.0f} to {max(times):.0f})")


def _load(browser: Any, path: Path) -> dict[str, float]:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(path.as_uri(), wait_until="load")
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    measured: dict[str, float] = page.evaluate(MEASURED)
    page.close()
    return measured | {"requests": len(asked) - 1}


if __name__ == "__main__":
    main()
