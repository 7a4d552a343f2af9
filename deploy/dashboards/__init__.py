"""Grafana's dashboards as code: `make dashboards` writes them beside the rest of the monitoring (docs/watching.md)."""
