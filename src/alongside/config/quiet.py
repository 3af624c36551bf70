"""What a log line may hold: what happened and where in the code, never what was in it.

An address may carry the secret of a link, and a database's message the very name that was not unique.
"""

import logging
import traceback
from types import TracebackType

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class QuietFormatter(logging.Formatter):
    """Time, level, logger, message; of an exception its kinds and its way through the code, not its words."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} {message}", style="{")

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 - the name is logging's
        lines = []
        error = ei[1]
        while error is not None:
            lines += [
                f"  {frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)
            ]
            lines.append(f"{type(error).__module__}.{type(error).__name__}")
            error = error.__cause__ or error.__context__
        return "\n".join(lines)


class WithoutAddress(logging.Filter):
    """For Django's own lines about requests: the name of the page stands for its address."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        match = getattr(request, "resolver_match", None)
        page = getattr(match, "url_name", None) or "no page"
        record.msg, record.args = "%s at [%s]", (getattr(record, "status_code", "trouble"), page)
        return True
