"""The cluster that the stack goes to: always named, never the current context by accident."""

import pulumi
import pulumi_kubernetes as kubernetes

_NO_CONTEXT = (
    "plumbline:context is not set, so this stack names no cluster, and the kubeconfig's current "
    "context is never taken by accident; run `pulumi config set plumbline:context NAME` with one "
    "of the names that `kubectl config get-contexts -o name` prints"
)


def declare() -> kubernetes.Provider:
    """Return the provider of the context in `plumbline:context`; RunError where there is none."""
    context = pulumi.Config("plumbline").get("context")
    if not context:
        raise pulumi.RunError(_NO_CONTEXT)
    return kubernetes.Provider(
        "cluster",
        context=context,
        # In place, so that Flagger's tracker never finds the ConfigMap missing during an edit.
        enable_config_map_mutable=True,
    )
