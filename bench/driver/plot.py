"""Bars beside their limit, as SVG that reads on white and on dark."""

from dataclasses import dataclass
from html import escape
from math import ceil

WIDTH = 720
LABEL = 250
END = 90
BAR = 22
STEP = 32
TOP = 64

# A card of its own colour, so that it reads on a white page and on a dark one, whatever shows it.
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-size: 15px; font-weight: 600; }
  .quiet { fill: #59636e; font-size: 12px; }
  .value { font-variant-numeric: tabular-nums; font-weight: 600; paint-order: stroke; stroke: #fff; stroke-width: 4px; }
  .card { fill: #fff; stroke: #d1d9e0; }
  .ours { fill: #2f81f7; }
  .limit { fill: #afb8c1; }
  .goal { stroke: #d1242f; stroke-width: 1.5; stroke-dasharray: 5 3; }
  .goal-text { fill: #d1242f; font-size: 12px; }
  .axis { stroke: #d1d9e0; }
"""


@dataclass
class Bar:
    label: str
    value: float
    ours: bool = False


@dataclass
class Chart:
    """Bars of one unit. The goal is a line across them all, with what it says."""

    name: str
    title: str
    unit: str
    bars: list
    goal: float | None = None
    goal_text: str = ""


def svg(chart):
    bottom = TOP + STEP * len(chart.bars)
    height = bottom + 52
    ticks = _ticks(max([bar.value for bar in chart.bars] + [chart.goal or 0]))
    scale = (WIDTH - LABEL - END) / ticks[-1]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        f' role="img" aria-label="{escape(chart.title)}">',
        f"<style>{STYLE}</style>",
        f'<rect class="card" x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="6"/>',
        f'<text class="title" x="12" y="24">{escape(chart.title)}</text>',
    ]
    for tick in ticks:
        x = LABEL + tick * scale
        parts.append(f'<line class="axis" x1="{x:.1f}" y1="{TOP - 8}" x2="{x:.1f}" y2="{bottom}"/>')
        parts.append(f'<text class="quiet" x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{_number(tick)}</text>')
    parts.append(
        f'<text class="quiet" x="{LABEL + ticks[-1] * scale / 2:.1f}" y="{bottom + 36}" text-anchor="middle">'
        f"{escape(chart.unit)}</text>"
    )
    values = []
    for i, bar in enumerate(chart.bars):
        y = TOP + STEP * i
        middle = y + BAR / 2 + 4.5
        width = max(1.0, bar.value * scale)
        parts += [
            f'<text x="{LABEL - 10}" y="{middle}" text-anchor="end">{escape(bar.label)}</text>',
            f'<rect class="{"ours" if bar.ours else "limit"}" x="{LABEL}" y="{y}" width="{width:.1f}" height="{BAR}" rx="2"/>',
        ]
        values.append(f'<text class="value" x="{LABEL + width + 6:.1f}" y="{middle}">{_number(bar.value)}</text>')
    if chart.goal is not None:
        x = LABEL + chart.goal * scale
        anchor, aside = ("end", -4) if x > WIDTH * 0.7 else ("start", 4)
        parts += [
            f'<line class="goal" x1="{x:.1f}" y1="{TOP - 22}" x2="{x:.1f}" y2="{bottom}"/>',
            f'<text class="goal-text" x="{x + aside:.1f}" y="{TOP - 12}" text-anchor="{anchor}">{escape(chart.goal_text)}</text>',
        ]
    parts += values  # Over the goal's line.
    return "\n".join(parts) + "\n</svg>\n"


def _ticks(largest):
    """Round numbers from 0 to a little beyond the largest."""
    raw = max(largest, 1e-9) / 4
    magnitude = 10 ** int(f"{raw:e}".split("e")[1])
    step = next(step * magnitude for step in (1, 2, 2.5, 5, 10) if step * magnitude >= raw)
    count = ceil(largest / step)
    return [step * i for i in range(count + 1)]


def _number(value):
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"
