"""The processes of the platform on one machine: command, environment, and where each says that it is ready."""

import os
import sys
from dataclasses import dataclass

from deploy.local.processes import LOOPBACK
from schoolbus.chain import SERVICES

WITH_SECOND = ("reports",)  # two processes serve: it answers what families read most, and one has only one core
OPERATOR = "operator"

Environment = dict[str, str]


@dataclass(frozen=True)
class Planned:
    name: str
    module: str  # what `python -m` runs, with its arguments
    environment: Environment
    health_port: int

    @property
    def command(self) -> str:
        return f'exec "{sys.executable}" -m {self.module}'

    @property
    def ready_url(self) -> str:
        return f"http://{LOOPBACK}:{self.health_port}/health/ready"


def url(port: int) -> str:
    return f"http://{LOOPBACK}:{port}"


def serving(service: str) -> list[str]:
    """The processes that answer for a service; the gateway spreads requests over them."""
    return [service, f"{service}.second"] if service in WITH_SECOND else [service]


def processes(ports: dict[str, int], keys: dict[str, str], amqp_uri: str, mongodb_uri: str) -> list[Planned]:
    everybody = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "INFO"),
        "HTTP_HOST": LOOPBACK,
        "PUBLIC_URL": url(ports["GATEWAY_PORT"]),
    }
    data = {**everybody, "AMQP_URI": amqp_uri, "MONGODB_URI": mongodb_uri, "GATEWAY_SECRET": keys["GATEWAY_SECRET"]}
    own = {
        "roster": {
            "TOKEN_SIGNING_KEY": keys["TOKEN_SIGNING_KEY"],
            "IDENTITY_SECRET": keys["IDENTITY_SECRET"],
            "SECOND_FACTOR_ROLES": "none",  # so that a newcomer gets in with a password
            "OPERATOR_USERNAME": OPERATOR,
            "OPERATOR_PASSWORD": keys["OPERATOR_PASSWORD"],
            "PULL_KEY": keys["PULL_KEY"],
            "PULL_FROM_LOOPBACK": "true",
        },
        "meetings": {"BALLOT_KEY": keys["BALLOT_KEY"], "COUNT_EVERY": "300"},
        "reports": {"ENGAGEMENT_QUIET": "20"},
        "notifications": {
            **_carriers(ports, keys),
            "VAPID_PRIVATE_KEY": keys["VAPID_PRIVATE_KEY"],
            "LINK_SECRET": keys["LINK_SECRET"],
            "COUNT_EVERY": "300",
            "MAIL_INBOUND_TOKEN": keys["MAIL_INBOUND_TOKEN"],
            "TRANSLATE_URL": url(ports["TRANSLATOR_PORT"]),
            "TRANSLATE_KEY": keys["TRANSLATE_KEY"],
        },
    }

    def of_service(process: str, role: str) -> Planned:
        name, port = process.partition(".")[0], _port(process)
        environment = {**data, **own.get(name, {}), "HTTP_PORT": str(ports[port])}
        return Planned(process, f"schoolbus {role} {name}", environment, ports[port])

    return [
        *(of_service(process, "serve") for name in SERVICES for process in serving(name)),
        _gateway(ports, keys, everybody),
        *(of_service(f"{name}.worker", "worker") for name in SERVICES),
        *(of_service(f"{name}.relay", "relay") for name in SERVICES),
        _simulator(ports, keys, everybody),
        _translator(ports, keys, everybody),
    ]


def _port(process: str) -> str:
    return f"{process.upper().replace('.', '_')}_PORT"


def _gateway(ports: dict[str, int], keys: dict[str, str], everybody: Environment) -> Planned:
    services = {f"{name.upper()}_URL": ",".join(url(ports[_port(each)]) for each in serving(name)) for name in SERVICES}
    own = {
        "HTTP_PORT": str(ports["GATEWAY_PORT"]),
        "METRICS_PORT": str(ports["GATEWAY_METRICS_PORT"]),
        "GATEWAY_SECRET": keys["GATEWAY_SECRET"],
    }
    return Planned("gateway", "gateway", {**everybody, **services, **own}, ports["GATEWAY_METRICS_PORT"])


def _simulator(ports: dict[str, int], keys: dict[str, str], everybody: Environment) -> Planned:
    own = {"HTTP_PORT": str(ports["PHONES_PORT"]), "SMTP_PORT": str(ports["MAIL_PORT"])}
    return Planned("carriers", "demo.carriers", {**everybody, **_carriers(ports, keys), **own}, ports["PHONES_PORT"])


def _translator(ports: dict[str, int], keys: dict[str, str], everybody: Environment) -> Planned:
    own = {"HTTP_PORT": str(ports["TRANSLATOR_PORT"]), "TRANSLATE_KEY": keys["TRANSLATE_KEY"]}
    return Planned("translator", "demo.translator", {**everybody, **own}, ports["TRANSLATOR_PORT"])


def _carriers(ports: dict[str, int], keys: dict[str, str]) -> Environment:
    """What the platform and the simulator of the carriers know of each other."""
    return {
        "SMS_API_URL": url(ports["PHONES_PORT"]),
        "SMS_ACCOUNT_SID": "AC00000000000000000000000000000001",
        "SMS_AUTH_TOKEN": keys["SMS_AUTH_TOKEN"],
        "SMS_SENDER": "RABTA",
        "VOICE_NUMBER": "+924200000000",
        "WHATSAPP_API_URL": url(ports["PHONES_PORT"]),
        "WHATSAPP_PHONE_NUMBER_ID": "100000000000001",
        "WHATSAPP_ACCESS_TOKEN": keys["WHATSAPP_ACCESS_TOKEN"],
        "WHATSAPP_APP_SECRET": keys["WHATSAPP_APP_SECRET"],
        "WHATSAPP_VERIFY_TOKEN": keys["WHATSAPP_VERIFY_TOKEN"],
        "SMTP_URL": f"smtp://{LOOPBACK}:{ports['MAIL_PORT']}",
        "MAIL_FROM": "school@rabta.example",
        "QUIET_FROM": "00:00",  # no quiet hours: a newcomer sees what happens at any time of the day
        "QUIET_TO": "00:00",
        "FRIDAY_FROM": "00:00",
        "FRIDAY_TO": "00:00",
        "MESSAGES_PER_DAY": "100",
        "PACK_SETTLES": "5",
    }
