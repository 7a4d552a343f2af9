"""A device's label, so that people know their sessions apart: what the browser says of itself in two words, and no more."""

_BROWSERS = (  # in this order: most say that they are others too
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("UCBrowser", "UC Browser"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)
_UNKNOWN = "Unknown device"
_LONGEST = 40


def label(program: str) -> str:
    """Of a User-Agent header: "Chrome on Android"; of what is no browser its first word."""
    browser, system = _first(_BROWSERS, program), _first(_SYSTEMS, program)
    if browser and system:
        return f"{browser} on {system}"
    word = program.partition("/")[0].strip()
    return browser or system or (word[:_LONGEST] if word.isascii() and word.isprintable() and word else _UNKNOWN)


def _first(known: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((name for mark, name in known if mark in text), None)
