"""Pictures of plans: through the week, heat maps, service level, one day, costs, schedules.

Each ``plot_x(result, ax=None)`` draws on the axes given, or on a new figure, and returns the axes;
the figure is ``ax.figure``. Nothing here opens a window or imports ``pyplot``. Pictures of
scorecards are markup for pages and notebooks: `erlangplan.plotting.scored`.
"""

from erlangplan.plotting.curves import plot_requirement, plot_service_level, plot_sweep
from erlangplan.plotting.heatmap import plot_heat_map
from erlangplan.plotting.saving import save_frontier, save_sweep, save_week, svg_text
from erlangplan.plotting.schedule_cover import plot_cover_map, plot_coverage
from erlangplan.plotting.schedule_gantt import plot_gantt
from erlangplan.plotting.schedule_saving import save_schedule
from erlangplan.plotting.through_day import plot_carried
from erlangplan.plotting.trade_off import plot_frontier

__all__ = [
    "plot_carried",
    "plot_cover_map",
    "plot_coverage",
    "plot_frontier",
    "plot_gantt",
    "plot_heat_map",
    "plot_requirement",
    "plot_service_level",
    "plot_sweep",
    "save_frontier",
    "save_schedule",
    "save_sweep",
    "save_week",
    "svg_text",
]
