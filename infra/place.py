"""Where the stack's objects go: provider, namespace, and what each must wait for."""

from dataclasses import dataclass, replace
from typing import Any

from pulumi import CustomTimeouts, ProviderResource, Resource, ResourceOptions

from profiles import contract

NAME_LABEL = "app.kubernetes.io/name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A namespace of a cluster, as far as it has been declared."""

    namespace: str
    """Name of the namespace."""
    provider: ProviderResource
    """Provider of the cluster."""
    declared: tuple[Resource, ...] = ()
    """What the next object depends on."""

    def after(self, *resources: Resource) -> "Place":
        """Return the same place, where the next object also waits for these."""
        return replace(self, declared=(*self.declared, *resources))

    def options(
        self, *, protect: bool = False, retain: bool = False, timeout_seconds: int | None = None
    ) -> ResourceOptions:
        """Return the options of the next object; `timeout_seconds` bounds create and update."""
        timeout = None if timeout_seconds is None else f"{timeout_seconds}s"
        return ResourceOptions(
            provider=self.provider,
            depends_on=list(self.declared),
            protect=protect,
            retain_on_delete=retain,
            custom_timeouts=CustomTimeouts(create=timeout, update=timeout) if timeout else None,
        )

    def metadata(self, name: str, component: str) -> dict[str, Any]:
        """Return the metadata of an object here: exact name, namespace, labels."""
        return {"name": name, "namespace": self.namespace, "labels": labels(name, component)}


def labels(name: str, component: str) -> dict[str, str]:
    """Return Kubernetes' recommended labels of an object of this component."""
    return {
        NAME_LABEL: name,
        contract.COMPONENT_LABEL: component,
        contract.PART_OF_LABEL: contract.PROJECT,
    }
