"""python -m demo.translator"""

import asyncio
import logging
import signal

from demo.translator.app import Translator
from demo.translator.settings import Settings
from schoolbus.settings import quit_for, read


async def run(settings: Settings) -> None:
    try:
        translator = await Translator.start(settings)
    except OSError as error:
        quit_for(f"translator: {error}")
    print(f"translator: listens at http://{settings.http_host}:{translator.http_port}/", flush=True)
    ended = asyncio.Event()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(wanted, ended.set)
    await ended.wait()
    await translator.stop()


logging.basicConfig(format="%(name)s: %(message)s", level=logging.INFO)
asyncio.run(run(read(Settings)))
