"""LibreTranslate's interface (https://docs.libretranslate.com): /translate, /detect, /languages, /health.

Requests are JSON or a form, errors `{"error": "…"}`, as there.
"""

import asyncio
import json
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web

from demo.translator.phrases import NAMES, detected, translated
from demo.translator.settings import Settings

_SWITCHES: dict[str, tuple[type, ...]] = {"delay": (int, float), "outage": (bool,), "limited": (bool,), "trickles": (bool,)}


@dataclass
class Translator:
    """`translator = await Translator.start(settings)`, and `await translator.stop()`."""

    settings: Settings
    _runner: web.AppRunner

    @classmethod
    async def start(cls, settings: Settings) -> Self:
        app = web.Application(middlewares=[_as_json])
        app.add_routes(Api(settings).routes)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            await web.TCPSite(runner, settings.http_host, settings.http_port).start()
        except OSError:
            await runner.cleanup()
            raise
        return cls(settings, runner)

    @property
    def http_port(self) -> int:
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        await self._runner.cleanup()


class Api:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.behaviour = _usual()
        self.asked = 0  # translations so far
        self.routes = [
            web.post("/translate", self.translate),
            web.post("/detect", self.detect),
            web.get("/languages", self.languages),
            web.get("/health", self.health),
            web.get("/health/ready", self.health),
            web.get("/api/behaviour", self.behaviour_now),
            web.post("/api/behaviour", self.behave),
            web.post("/api/reset", self.reset),
        ]

    async def languages(self, request: web.Request) -> web.StreamResponse:
        found = [{"code": code, "name": name, "targets": list(NAMES)} for code, name in NAMES.items()]
        return web.json_response(found)

    async def detect(self, request: web.Request) -> web.StreamResponse:
        asked = await self._asked(request, "q")
        language, confidence = detected(" ".join(_texts(asked["q"])))
        return web.json_response([{"language": language, "confidence": confidence}])

    async def translate(self, request: web.Request) -> web.StreamResponse:
        asked = await self._asked(request, "q", "source", "target")
        batch, texts = isinstance(asked["q"], list), _texts(asked["q"])
        count = sum(map(len, texts))
        if count > self.settings.char_limit:
            raise _fault(400, f"Invalid request: request ({count}) exceeds text limit ({self.settings.char_limit})")
        told = (asked["source"], asked["target"])
        unknown = [code for code in told if code not in NAMES and not (code == "auto" and code is told[0])]
        if unknown:
            raise _fault(400, f"{unknown[0]} is not supported")
        if asked.get("format", "text") not in ("text", "html"):
            raise _fault(400, f"{asked['format']} format is not supported")
        self.asked += 1
        guessed = [detected(text) for text in texts]
        sources = [code for code, _ in guessed] if told[0] == "auto" else [told[0]] * len(texts)
        results = [translated(text, source, told[1]) for text, source in zip(texts, sources, strict=True)]
        answer: dict[str, Any] = {"translatedText": results if batch else results[0]}
        if told[0] == "auto":
            found = [{"language": code, "confidence": confidence} for code, confidence in guessed]
            answer["detectedLanguage"] = found if batch else found[0]
        return await self._slowly(request, answer) if self.behaviour["trickles"] else web.json_response(answer)

    async def health(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"status": "ok"})

    async def behaviour_now(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({**self.behaviour, "asked": self.asked})

    async def behave(self, request: web.Request) -> web.StreamResponse:
        """`delay` (seconds before an answer), `outage` (500), `limited` (429), `trickles` (a byte a moment, without end)."""
        for name, value in (await _object(request)).items():
            if name not in _SWITCHES or not isinstance(value, _SWITCHES[name]):
                raise _fault(400, f"{name}: no such switch, or not a value for it")
            self.behaviour[name] = value
        return await self.behaviour_now(request)

    async def reset(self, request: web.Request) -> web.StreamResponse:
        self.behaviour, self.asked = _usual(), 0
        return web.Response(status=204)

    async def _asked(self, request: web.Request, *needed: str) -> dict[str, Any]:
        """What is asked for, once the key is right and the simulator in the mood."""
        asked = await _object(request) if request.content_type == "application/json" else dict(await request.post())
        await asyncio.sleep(float(self.behaviour["delay"]))
        if self.behaviour["outage"]:
            raise _fault(500, "Cannot translate text: the model is not loaded")
        if self.behaviour["limited"]:
            raise _fault(429, "Slowdown: 20 per 1 minute")
        if self.settings.translate_key and asked.get("api_key") != self.settings.translate_key:
            raise _fault(403, "Invalid API key")
        for name in needed:
            if not asked.get(name):
                raise _fault(400, f"Invalid request: missing {name} parameter")
        return asked

    async def _slowly(self, request: web.Request, answer: dict[str, Any]) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        for byte in json.dumps(answer).encode():
            await response.write(bytes([byte]))
            await asyncio.sleep(0.2)
        return response


def _usual() -> dict[str, Any]:
    return {"delay": 0.0, "outage": False, "limited": False, "trickles": False}


def _texts(q: object) -> list[str]:
    texts = q if isinstance(q, list) else [q]
    if not all(isinstance(text, str) for text in texts):
        raise _fault(400, "Invalid request: q is neither a text nor a list of texts")
    return texts


async def _object(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise _fault(400, "Invalid JSON format")
    return body


def _fault(status: int, words: str) -> web.HTTPException:
    kinds = {400: web.HTTPBadRequest, 403: web.HTTPForbidden, 429: web.HTTPTooManyRequests, 500: web.HTTPInternalServerError}
    return kinds[status](text=json.dumps({"error": words}), content_type="application/json")


@web.middleware
async def _as_json(request: web.Request, handler: Any) -> web.StreamResponse:
    """Whatever goes wrong is said as LibreTranslate says it."""
    try:
        answer: web.StreamResponse = await handler(request)
        return answer
    except web.HTTPException as fault:
        if fault.content_type == "application/json":
            raise
        return web.json_response({"error": fault.reason}, status=fault.status)
