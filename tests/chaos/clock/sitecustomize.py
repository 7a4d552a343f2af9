"""Python runs this first where it is on PYTHONPATH: in processes with another clock.

Python sleeps until a moment of the monotonic clock (clock_nanosleep with TIMER_ABSTIME). libfaketime 0.9.10 shifts that moment
although it was told to leave this clock alone, and the kernel finds it invalid. select sleeps for a while, which is no moment.
"""

import sys
import time
from importlib.machinery import BuiltinImporter, ModuleSpec
from importlib.util import spec_from_loader
from select import select
from types import ModuleType
from typing import Any


def _sleep(seconds: float) -> None:
    select([], [], [], seconds)


class _Time(BuiltinImporter):
    """eventlet imports the module once more, to have it without its own changes."""

    @classmethod
    def find_spec(cls, fullname: str, path: Any = None, target: ModuleType | None = None) -> ModuleSpec | None:
        return spec_from_loader(fullname, cls, origin="built-in") if fullname == "time" else None

    @staticmethod
    def exec_module(module: ModuleType) -> None:
        BuiltinImporter.exec_module(module)
        module.sleep = _sleep  # type: ignore[attr-defined]


time.sleep = _sleep
sys.meta_path.insert(0, _Time)  # type: ignore[arg-type]
