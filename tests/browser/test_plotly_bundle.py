"""The committed plotly.js draws what our charts need, with the network unplugged."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><meta charset="utf-8"><title>chart</title><link rel="icon" href="data:,">
<div id="chart"></div><script src="plotly.js"></script><script>
  window.drawn = Plotly.newPlot("chart", {
    data: [
      {type: "bar", x: ["1.0", "1.1"], y: [3, 4]},
      {type: "scatter", mode: "lines+markers", x: ["1.0", "1.1"], y: [1, 2]},
    ],
    layout: {title: {text: "Outcomes"}, barmode: "stack"},
    config: {displaylogo: false, responsive: true},
  })
</script>"""


def test_bars_and_lines_are_drawn_without_a_request(
    page: Callable[..., Any], serve: Callable[[Path], str], repo_root: Path, tmp_path: Path
) -> None:
    (bundle,) = (repo_root / "templates" / "assets").glob("plotly-*.min.js")
    shutil.copy(bundle, tmp_path / "plotly.js")
    (tmp_path / "index.html").write_text(PAGE)

    chart = page()
    opened = chart.goto(serve(tmp_path))
    opened.evaluate("window.drawn")

    assert opened.locator(".bars .point").count() == 2
    assert opened.locator(".scatterlayer path.js-line").count() == 1
    assert chart.console_errors == []
    assert chart.foreign_requests == []
