"""A stack that an operator's Prometheus watches."""

from typing import Any

from plumb.render import Rendered
from tests.infra.edit import edited

EXISTING = {"provision": "existing", "url": "http://prometheus.monitoring:9090"}
"""An operator's Prometheus, which reads no annotations."""


def watched(**fields: Any) -> Rendered:
    """Return production with an operator's Prometheus."""
    return edited("production", monitoring=fields, addons={"prometheus": EXISTING})
