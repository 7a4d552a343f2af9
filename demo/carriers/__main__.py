"""python -m demo.carriers"""

import asyncio
import logging
import signal

from demo.carriers.app import Simulator
from demo.carriers.settings import Settings
from schoolbus.settings import quit_for, read


async def run(settings: Settings) -> None:
    try:
        simulator = await Simulator.start(settings)
    except OSError as error:
        quit_for(f"carriers: {error}")
    print(f"carriers: the parents' phones are at http://{settings.http_host}:{simulator.http_port}/", flush=True)
    ended = asyncio.Event()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(wanted, ended.set)
    await ended.wait()
    await simulator.stop()


logging.basicConfig(format="%(name)s: %(message)s", level=logging.INFO)
logging.getLogger("mail.log").setLevel(logging.WARNING)
asyncio.run(run(read(Settings)))
