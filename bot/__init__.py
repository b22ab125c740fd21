"""The program: settings, command line, platforms, sender and scheduler around the plain core."""

import sys


def _log_without_painting() -> None:
    """Load structlog without rich and pygments, which only paint tracebacks, and hold 5 MB."""
    if "structlog" in sys.modules or "rich" in sys.modules:
        return
    blocked: dict[str, object] = {"rich": None}
    sys.modules.update(blocked)  # type: ignore[arg-type]
    try:
        import structlog  # noqa: F401
    finally:
        del sys.modules["rich"]


_log_without_painting()
