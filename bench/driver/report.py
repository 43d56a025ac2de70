"""What was measured, as Markdown and plots."""

import os
from dataclasses import dataclass, field

from . import plot


@dataclass
class Row:
    """A figure beside its limit. `ratio` is what the goal speaks of; `reached` is None where there is no goal."""

    what: str
    figure: str
    limit: str = ""
    ratio: str = ""
    goal: str = ""
    reached: bool | None = None
    because: str = ""


@dataclass
class Section:
    name: str
    title: str
    how: str
    rows: list
    plots: list = field(default_factory=list)


def write(directory, facts, run, sections, judged):
    """benchmarks.md in the directory, its plots in benchmarks/ beside it. What this run did not measure stays as it is, and each
    section says which run it is of. Small data can't tell whether a goal is reached."""
    os.makedirs(os.path.join(directory, "benchmarks"), exist_ok=True)
    file = os.path.join(directory, "benchmarks.md")
    texts = former(file)
    for section in sections:
        texts[section.title] = text(directory, run, section, judged)
    lines = [
        "# Measurements",
        "",
        "Written by `bench/run`: every figure beside its own limit, in one run on one machine, taking turns with it. Medians of",
        "rounds. CPU is processor time of all of a process' threads, user and kernel, for each call; client and servers share",
        "the machine, so it is the figure to trust before throughput and latency.",
        "",
        "| | |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in facts.items()),
    ]
    for title, body in texts.items():
        lines += ["", f"## {title}", "", body]
    with open(file, "w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")


def former(file):
    """The sections of an earlier run, by their titles."""
    if not os.path.exists(file):
        return {}
    with open(file, encoding="utf-8") as report:
        _, *sections = report.read().split("\n## ")
    return {title: body.strip() for title, _, body in (section.partition("\n") for section in sections)}


def text(directory, run, section, judged):
    lines = [section.how, "", run, "", "| what | measured | limit | ratio | goal | reached |", "|---|---|---|---|---|---|"]
    for row in section.rows:
        reached = {True: "yes", False: "**no**", None: ""}[row.reached if judged else None]
        lines.append(f"| {row.what} | {row.figure} | {row.limit} | {row.ratio} | {row.goal} | {reached} |")
    reasons = list(dict.fromkeys(row.because for row in section.rows if row.because))
    if reasons:
        lines += ["", " ".join(reasons)]
    for chart in section.plots:
        file = f"benchmarks/{chart.name}.svg"
        with open(os.path.join(directory, file), "w", encoding="utf-8") as out:
            out.write(plot.svg(chart))
        lines += ["", f"![{chart.title}]({file})"]
    return "\n".join(lines)


def micros(value):
    return f"{value:.1f} µs" if value < 100 else f"{value:,.0f} µs"


def millis(value):
    return f"{value:.2f} ms" if value < 10 else f"{value:,.0f} ms"


def rate(value):
    return f"{value:,.0f}/s"


def times(value):
    return f"{value:.2f} ×"


def share(value):
    return f"{100 * value:.0f} %"
