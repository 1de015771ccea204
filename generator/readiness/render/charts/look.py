"""How charts look, as a Plotly template. Our script holds it once: a chart on a page is what differs from it.

Colours and type are references to CSS variables, resolved when a chart is drawn, so that light and dark follow.
"""

import json

import plotly.graph_objects as go
import plotly.io as pio

PASS, FLAKY, FAIL, SKIP = "var(--rd-pass)", "var(--rd-flaky)", "var(--rd-fail)", "var(--rd-skip)"
INK, MUTED, LINE, SURFACE = "var(--rd-ink)", "var(--rd-muted)", "var(--rd-line)", "var(--rd-surface)"
BAND, SOFT, BAD, CLEAR = "var(--rd-band)", "var(--rd-soft)", "var(--rd-bad)", "rgba(0,0,0,0)"

LOOK = "readiness"
"""The name by which Plotly knows the template: `figure.update_layout(template=LOOK).show()`."""
LATER = "none"
"""The template of a figure as it is made: ours takes as long to copy as all the rest, and the script has it."""

_FONT = {"family": "var(--rd-font)", "size": 12, "color": INK}
_AXIS = {
    "automargin": True,
    "fixedrange": True,
    "tickfont": {"size": 11, "color": MUTED},
    "ticks": "",
    "zeroline": False,
}
_BAR = {
    "hovertemplate": "%{y} %{fullData.name}<extra></extra>",
    "marker": {
        "line": {"width": 0},
        "pattern": {"bgcolor": CLEAR, "fillmode": "replace", "size": 5, "solidity": 0.28},
    },
    "textposition": "none",
}
_SCATTER = {
    "cliponaxis": False,
    "hovertemplate": "%{y}<extra></extra>",
    "line": {"width": 1.75},
    "marker": {"line": {"width": 0}, "opacity": 1},
    "mode": "lines+markers",
}

pio.templates[LOOK] = go.layout.Template(
    data={"bar": [_BAR], "scatter": [_SCATTER]},
    layout={
        "annotationdefaults": {"borderpad": 1, "font": {"size": 11}, "showarrow": False},
        "dragmode": False,
        "font": _FONT,
        "hoverlabel": {"bgcolor": SURFACE, "bordercolor": LINE, "font": _FONT},
        "hovermode": "x unified",
        "margin": {"l": 8, "r": 8, "t": 22, "b": 24},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "shapedefaults": {"line": {"color": BAD, "dash": "4px,3px", "width": 1}},
        "showlegend": False,
        "xaxis": _AXIS
        | {
            "categoryorder": "array",
            "linecolor": LINE,
            "rangeslider": {
                "autorange": False,
                "bgcolor": SOFT,
                "bordercolor": LINE,
                "borderwidth": 1,
                "thickness": 0.13,
            },
            "showgrid": False,
            "showline": True,
            "showspikes": False,
            "tickangle": 0,
            "tickmode": "array",
            "type": "category",
        },
        "yaxis": _AXIS | {"gridcolor": LINE, "gridwidth": 1, "nticks": 5, "showline": False, "ticklabelstandoff": 6},
    },
)


def look_json() -> str:
    """The template as the script takes it."""
    return json.dumps(pio.templates[LOOK].to_plotly_json(), sort_keys=True, separators=(",", ":"))
