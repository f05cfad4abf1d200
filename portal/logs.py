"""One JSON object a line, for our own lines and the libraries', with what is secret struck out.

Redaction is the last processor before the line is written: by the name of a key, and by the shape of a value.
"""

from __future__ import annotations

import re
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

STRUCK = "[redacted]"
SECRET_KEYS = re.compile(
    r"authorization|secret|password|token|assertion|cookie|redeem|(^|_)code$|certificate_pem|private_key",
    re.I,
)
SECRET_SHAPES = re.compile(
    r"eyJ[\w-]{8,}(\.[\w-]+){0,4}"  # JWT
    r"|(?i:bearer)\s+\S+"
    r"|(?i:client_secret|client_assertion|refresh_token|access_token|id_token|code)=[^&\s\"']+"
    r"|https://\S*/redeem\S*"
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"  # user:password@host
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)"
)


def redact(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {key: struck(value, key) for key, value in event.items()}


def struck(value: Any, key: str = "") -> Any:
    if key and SECRET_KEYS.search(key) and value:
        return STRUCK
    if isinstance(value, dict):
        return {str(inner): struck(held, str(inner)) for inner, held in value.items()}
    if isinstance(value, list | tuple):
        return [struck(inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return SECRET_SHAPES.sub(STRUCK, str(value))


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def configuration(level: str = "INFO") -> dict[str, Any]:
    """Django's LOGGING. The HTTP libraries speak of URLs and headers at INFO; they are kept at WARNING."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, redact]
    json_lines = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": SHARED,
        "processors": [*last, structlog.processors.JSONRenderer()],
    }
    quiet = {name: "WARNING" for name in ("azure", "msal", "httpx", "httpcore", "urllib3", "hpack")}
    # What it warns of is raised as well, and told in our own words.
    quiet["azure.identity"] = "ERROR"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": json_lines},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {name: {"level": level} for name, level in quiet.items()},
    }
