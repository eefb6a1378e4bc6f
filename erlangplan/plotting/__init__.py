"""Pictures of plans: the requirement through the week, heat maps, service level, sweeps.

Each ``plot_x(result, ax=None)`` draws on the axes given, or on a new figure, and returns the axes;
the figure is ``ax.figure``. Nothing here opens a window or imports ``pyplot``.
"""

from erlangplan.plotting.curves import plot_requirement, plot_service_level, plot_sweep
from erlangplan.plotting.heatmap import plot_heat_map
from erlangplan.plotting.saving import save_sweep, save_week, svg_text

__all__ = [
    "plot_heat_map",
    "plot_requirement",
    "plot_service_level",
    "plot_sweep",
    "save_sweep",
    "save_week",
    "svg_text",
]
