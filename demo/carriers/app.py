"""Puts the parts together and listens."""

import asyncio
from dataclasses import dataclass
from typing import Self

from aiohttp import web

from demo.carriers.api import Api
from demo.carriers.behaviour import Behaviour
from demo.carriers.callbacks import Callbacks
from demo.carriers.calls import Calls
from demo.carriers.delivery import Delivery
from demo.carriers.mail import Mail
from demo.carriers.network import Network
from demo.carriers.page import Page
from demo.carriers.settings import Settings
from demo.carriers.sms import Sms
from demo.carriers.whatsapp import WhatsApp


@dataclass
class Simulator:
    """Runs in the event loop that starts it: `simulator = await Simulator.start(settings)`, and `await simulator.stop()`."""

    network: Network
    _runner: web.AppRunner
    _smtp: asyncio.Server
    _delivery: Delivery
    _callbacks: Callbacks

    @classmethod
    async def start(cls, settings: Settings) -> Self:
        network = Network()
        behaviour = Behaviour(settings.delivery_delay, settings.callbacks)
        delivery = Delivery(behaviour)
        callbacks = Callbacks(settings.sms_auth_token, settings.whatsapp_app_secret)
        sms = Sms(settings, network, behaviour, delivery, callbacks)
        whatsapp = WhatsApp(settings, network, behaviour, delivery, callbacks)
        calls = Calls(settings, network, behaviour, delivery, callbacks)
        mail = Mail(network, behaviour)
        api = Api(network, behaviour, delivery, sms, whatsapp, mail)
        app = web.Application()
        app.add_routes(
            [*sms.routes, *whatsapp.routes, *calls.routes, *api.routes, *Page(api).routes, web.get("/health/ready", _ready)]
        )
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            await web.TCPSite(runner, settings.http_host, settings.http_port).start()
            smtp = await asyncio.get_running_loop().create_server(mail.protocol, settings.http_host, settings.smtp_port)
        except OSError:
            await runner.cleanup()
            await callbacks.close()
            raise
        return cls(network, runner, smtp, delivery, callbacks)

    @property
    def http_port(self) -> int:
        return int(self._runner.addresses[0][1])

    @property
    def smtp_port(self) -> int:
        return int(self._smtp.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        self._smtp.close()
        await self._runner.cleanup()
        await self._delivery.stop()
        await self._callbacks.close()


async def _ready(request: web.Request) -> web.Response:
    return web.json_response({"status": "ready"})
