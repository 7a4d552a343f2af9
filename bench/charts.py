"""The charts of docs/performance.md, as SVG."""

from pathlib import Path

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "rabta", "font.size": 9, "axes.axisbelow": True})

from matplotlib import pyplot  # noqa: E402 - after its backend is chosen

from bench.report import Results, number  # noqa: E402

OURS, USUAL, MET, SHORT = "#1f7a6d", "#b9b4a7", "#1f7a6d", "#b3362b"
REFERENCES = [  # title, ours, the usual way
    ("a child's today\nreq/s", "gateway_read.requests_per_s", "gateway_read.reference_requests_per_s"),
    ("announcement\nrecipients/s", "fanout.recipients_per_s", "fanout.naive_per_s"),
]
QUANTILES = ("p50_ms", "p95_ms", "p99_ms")


def draw(results: Results, folder: Path) -> None:
    _bounds(results, folder / "bounds.svg")
    _references(results, folder / "references.svg")
    _latencies(results, folder / "latencies.svg")


def _bounds(results: Results, path: Path) -> None:
    """1 is the bound; to the right of it is better, whether more or less was wanted."""
    rows = [(key, times) for key, row in sorted(results.items(), reverse=True) if (times := _times(row)) is not None]
    figure, axes = pyplot.subplots(figsize=(9, 0.24 * len(rows) + 0.8))
    axes.barh([key for key, _ in rows], [times - 1 for _, times in rows], left=1, color=[_colour(times) for _, times in rows])
    axes.axvline(1, color="#333333", linewidth=1)
    axes.set_xscale("log")
    ticks = [0.5, 1, 2, 5, 10, 20]
    axes.set_xticks(ticks, [f"{tick:g}×" for tick in ticks])
    axes.minorticks_off()
    axes.set_title("Better than its bound by", loc="left")
    axes.grid(axis="x", alpha=0.3)
    _save(figure, path)


def _times(row: object) -> float | None:
    """None where nothing is wanted, or where nothing at all may be: 0 is met or it is not."""
    if not isinstance(row, dict) or row.get("wanted", "shown") == "shown":
        return None
    bound, value = float(row["wanted"][2:].replace(",", "")), row["value"]
    if bound == 0 or value == 0:
        return None
    return float(bound / value if row["wanted"].startswith("≤") else value / bound)


def _colour(times: float) -> str:
    return MET if times >= 1 else SHORT


def _references(results: Results, path: Path) -> None:
    known = [each for each in REFERENCES if each[1] in results and each[2] in results]
    figure, panels = pyplot.subplots(1, len(known), figsize=(9, 2.4), squeeze=False)
    for axes, (title, ours, usual) in zip(panels[0], known, strict=True):
        values = [results[ours]["value"], results[usual]["value"]]
        bars = axes.barh(["Rabta", "the usual way"], values, color=[OURS, USUAL])
        axes.bar_label(bars, [number(value) for value in values], padding=3)
        axes.invert_yaxis()
        axes.margins(x=0.2)
        axes.set_xticks([])
        axes.set_title(title, loc="left")
    _save(figure, path)


def _latencies(results: Results, path: Path) -> None:
    groups = sorted({key.rpartition(".")[0] for key in results if key.endswith(".p99_ms")})
    figure, axes = pyplot.subplots(figsize=(9, 0.45 * len(groups) + 0.9))
    for offset, (quantile, shade) in enumerate(zip(QUANTILES, ("#9fd0c7", "#4ba495", OURS), strict=True)):
        found = [(place, _value(results, f"{group}.{quantile}")) for place, group in enumerate(groups)]
        known = [(place + 0.27 * (offset - 1), value) for place, value in found if value is not None]
        if known:
            axes.barh(
                [place for place, _ in known], [value for _, value in known], height=0.25, color=shade, label=quantile[:3]
            )
    axes.set_yticks(range(len(groups)), groups)
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set_xticks(ticks := (1, 10, 100, 1000), [f"{tick:,}" for tick in ticks])
    axes.minorticks_off()
    axes.set_title("Milliseconds to an answer, everything on the same cores, most at full load", loc="left")
    axes.grid(axis="x", alpha=0.3)
    axes.legend(loc="lower right")
    _save(figure, path)


def _value(results: Results, key: str) -> float | None:
    return float(results[key]["value"]) if key in results else None


def _save(figure: pyplot.Figure, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
