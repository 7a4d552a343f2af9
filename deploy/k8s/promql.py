"""The names of metrics in an expression of Prometheus: what is left when strings, labels, durations and functions are not."""

import re

_STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|`[^`]*`')
_LABELS = re.compile(r"\{[^{}]*\}|\[[^\]]*\]")  # what is asked of labels, and ranges; Grafana's variables with them
_GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)")
_COMMENT = re.compile(r"#.*")
_NUMBER = re.compile(r"(?<![\w:.])[0-9][\w.]*")  # durations too
_VARIABLE = re.compile(r"\$\{?\w+\}?")
_NAME = re.compile(r"[a-zA-Z_:][\w:]*(?!\s*\(|[\w:])")
_WORDS = {"and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right"}
_WORDS |= {"bool", "offset", "inf", "nan", "start", "end"}


def names(expression: str) -> set[str]:
    text = expression
    for each in (_STRING, _COMMENT, _LABELS, _GROUPING, _VARIABLE, _NUMBER):
        text = each.sub(" ", text)
    return {name for name in _NAME.findall(text) if name.lower() not in _WORDS}
