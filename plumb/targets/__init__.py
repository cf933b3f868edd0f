"""Where a stack can go: a cluster of this machine, or a context of the user's kubeconfig."""
