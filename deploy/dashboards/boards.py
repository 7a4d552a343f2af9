"""The dashboards, by the name of their file."""

from deploy.dashboards import broker, chain, deliveries, platform, service

BOARDS = {each.__name__.rpartition(".")[2]: each.board for each in (platform, service, deliveries, broker, chain)}
