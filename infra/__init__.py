"""The Pulumi program: a deployment profile becomes the objects of a Kubernetes namespace."""
