"""What panels have in common: where their numbers come from, how they look, and the links to log lines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from string import ascii_uppercase

from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.common import (
    BigValueGraphMode,
    LegendDisplayMode,
    LegendPlacement,
    SortOrder,
    StackingMode,
    TooltipDisplayMode,
    VisibilityMode,
)
from grafana_foundation_sdk.models.dashboard import DataSourceRef, Threshold, ThresholdsMode, VariableRefresh, VariableSort

SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
_LEGEND = common.VizLegendOptions().display_mode(LegendDisplayMode.LIST).placement(LegendPlacement.BOTTOM).show_legend(True)
_TOOLTIP = common.VizTooltipOptions().mode(TooltipDisplayMode.MULTI).sort(SortOrder.DESCENDING)
Panel = stat.Panel | timeseries.Panel


@dataclass(frozen=True)
class Query:
    """`exemplars`: points that carry the correlation id of a request or an event."""

    expr: str
    legend: str = ""
    exemplars: bool = False


def number(
    title: str, expr: str, unit: str = "short", *, red_from: float | None = None, red_below: float | None = None
) -> Panel:
    """How it is now, and its last hours as a line below; red where somebody should look."""
    panel = stat.Panel().title(title).unit(unit).datasource(SOURCE).height(4).span(4).with_target(_target(0, Query(expr)))
    last = common.ReduceDataOptions().calcs(["lastNotNull"])
    return panel.reduce_options(last).graph_mode(BigValueGraphMode.AREA).thresholds(_thresholds(red_from, red_below))


def graph(title: str, *queries: Query, unit: str = "short", stacked: bool = False, about: str = "") -> Panel:
    panel = timeseries.Panel().title(title).unit(unit).datasource(SOURCE).height(8).span(12).min(0).description(about)
    panel = panel.fill_opacity(20 if stacked else 0).show_points(VisibilityMode.NEVER).legend(_LEGEND).tooltip(_TOOLTIP)
    if stacked:
        panel = panel.stacking(common.StackingConfig().mode(StackingMode.NORMAL))
    for place, query in enumerate(queries):
        panel = panel.with_target(_target(place, query))
    return panel


def late(title: str, histogram: str, by: str, where: str = "", *, about: str = "") -> Panel:
    """The middle and the slow twentieth of a histogram, by a label, with exemplars."""
    shares = [
        Query(
            f"histogram_quantile({share}, sum by ({by}, le) (rate({histogram}_bucket{{{where}}}[$__rate_interval])))",
            f"{{{{{by}}}}} {name}",
            exemplars=True,
        )
        for share, name in ((0.5, "half"), (0.95, "95 %"))
    ]
    return graph(title, *shares, unit="s", about=about)


def choice(name: str, label: str, query: str) -> dashboard.QueryVariable:
    """What the reader chooses; `query` as Grafana asks Prometheus for a label's values."""
    made = dashboard.QueryVariable(name).label(label).datasource(SOURCE).query(query)
    return made.refresh(VariableRefresh.ON_TIME_RANGE_CHANGED).sort(VariableSort.ALPHABETICAL_ASC)


def made(
    uid: str,
    title: str,
    about: str,
    rows: Mapping[str, Sequence[Panel]],
    choices: Iterable[dashboard.QueryVariable] = (),
    since: str = "now-6h",
) -> str:
    """As JSON, the same each time."""
    board = dashboard.Dashboard(title).uid(uid).description(about).tags(["rabta"]).refresh("1m").time(since, "now").editable()
    board = board.with_variable(dashboard.DatasourceVariable("datasource").label("Source").type("prometheus"))
    for each in choices:
        board = board.with_variable(each)
    ids = count(1)
    for name, panels in rows.items():
        board = board.with_row(dashboard.Row(name).id(next(ids)))
        for panel in panels:
            board = board.with_panel(panel.id(next(ids)))
    return JSONEncoder(sort_keys=True, indent=1).encode(board.build()) + "\n"


def _target(place: int, query: Query) -> prometheus.Dataquery:
    made = prometheus.Dataquery().expr(query.expr).ref_id(ascii_uppercase[place]).datasource(SOURCE)
    return made.legend_format(query.legend or "__auto").exemplar(query.exemplars)


def _thresholds(red_from: float | None, red_below: float | None) -> dashboard.ThresholdsConfig:
    if red_below is not None:
        steps = [Threshold(value=None, color="red"), Threshold(value=red_below, color="green")]
    else:
        steps = [Threshold(value=None, color="green")]
        steps += [Threshold(value=red_from, color="red")] if red_from is not None else []
    return dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)
