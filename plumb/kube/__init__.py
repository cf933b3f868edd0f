"""A cluster as the commands see it: one kubeconfig context, through kubectl."""
