from tests.e2e.conftest import platform, school

__all__ = ["platform", "school"]
