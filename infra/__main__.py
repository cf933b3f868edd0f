"""The Pulumi program: one profile in, one namespace with everything in it out."""

import pulumi

from infra import (
    access,
    addons,
    backup,
    cache,
    cluster,
    credentials,
    database,
    disruption,
    ingress,
    monitoring,
    network,
    priority,
    provider,
    recorded,
    rollout,
    scaling,
    stack,
    thresholds,
    workload,
)
from profiles.service import config_hash, dump_service_config, service_config

profile = stack.profile()
settings = dump_service_config(service_config(profile))

place = cluster.declare(profile.cluster, provider.declare())
access.declare(profile.cluster, place)
place = place.after(*priority.declare(profile, place), *network.declare(profile, place))
place = place.after(*credentials.declare(profile, place))
stores = (*database.declare(profile, place), *cache.declare(profile, place))
backup.declare(profile, place.after(*stores))
sources = recorded.declare(profile, place)
helpers = addons.declare(profile, place)
config_maps = thresholds.declare(profile, settings, place)
service = workload.declare(
    profile, config_hash(settings), place.after(*stores, *sources, *config_maps)
)
ingress.declare(profile, place.after(*service))
scaler = scaling.declare(profile, place.after(*service))
budgets = disruption.declare(profile, place)
monitoring.declare(profile, place)
# After the add-ons, so that on the way down Flagger outlives what only it can end.
rollout.declare(profile, place.after(*service, *scaler, *budgets, *helpers))

pulumi.export("namespace", profile.cluster.namespace)
pulumi.export("service", profile.workload.service_name)
pulumi.export("config_hash", config_hash(settings))
