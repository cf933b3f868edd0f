"""The Pulumi program: one profile in, one namespace with everything in it out."""

import pulumi

from infra import (
    cache,
    cluster,
    database,
    disruption,
    network,
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
place = place.after(*network.declare(profile, place))
stores = (*database.declare(profile, place), *cache.declare(profile, place))
sources = recorded.declare(profile, place)
config_map = thresholds.declare(profile.workload, settings, place)
service = workload.declare(
    profile, config_hash(settings), place.after(*stores, *sources, config_map)
)
scaler = scaling.declare(profile, place.after(*service))
budgets = disruption.declare(profile, place)
rollout.declare(profile, place.after(*service, *scaler, *budgets))

pulumi.export("namespace", profile.cluster.namespace)
pulumi.export("service", profile.workload.service_name)
pulumi.export("config_hash", config_hash(settings))
