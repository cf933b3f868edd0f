"""Backups that CloudNativePG makes: by Barman's plugin to a bucket, or as snapshots of volumes.

What the Cluster itself says of them is in `infra.database.archive`, and its flows to the bucket are
in `infra.backup.flows`.
"""

from typing import Any

from pulumi import Resource
from pulumi_kubernetes.apiextensions import CustomResource

from infra.database.archive import PLUGIN, STORE
from infra.place import Place
from profiles import Profile, contract
from profiles.backup import DUMP_JOB, Backup, Bucket
from profiles.demand import ACCESS_KEY, SECRET_KEY
from profiles.postgres import Server

_BARMAN_API = "barmancloud.cnpg.io/v1"
_CNPG_API = "postgresql.cnpg.io/v1"


def declare(profile: Profile, server: Server, backup: Backup, place: Place) -> tuple[Resource, ...]:
    """Declare the ScheduledBackup and, where there is a bucket, the plugin's ObjectStore."""
    stores = (_store(profile, backup, backup.bucket, place),) if backup.bucket else ()
    scheduled = CustomResource(
        "backup",
        api_version=_CNPG_API,
        kind="ScheduledBackup",
        metadata=place.metadata(DUMP_JOB, contract.BACKUP_COMPONENT),
        spec={
            # Six fields, the first of which is the second.
            "schedule": f"0 {backup.schedule}",
            "cluster": {"name": server.name},
            # What was backed up outlives the schedule.
            "backupOwnerReference": "none",
            **_method(backup),
        },
        opts=place.after(*stores).options(),
    )
    return (*stores, scheduled)


def _method(backup: Backup) -> dict[str, Any]:
    if backup.bucket is None:
        return {"method": "volumeSnapshot"}
    return {"method": "plugin", "pluginConfiguration": {"name": PLUGIN}}


def _store(profile: Profile, backup: Backup, bucket: Bucket, place: Place) -> CustomResource:
    return CustomResource(
        "backups",
        api_version=_BARMAN_API,
        kind="ObjectStore",
        metadata=place.metadata(STORE, contract.BACKUP_COMPONENT),
        spec={
            "retentionPolicy": f"{backup.retention_days}d",
            "configuration": _configuration(profile, bucket),
            # The region is no secret, which is all that the credentials would take.
            "instanceSidecarConfiguration": {
                "env": [{"name": "AWS_DEFAULT_REGION", "value": bucket.region}]
            },
        },
        opts=place.options(),
    )


def _configuration(profile: Profile, bucket: Bucket) -> dict[str, Any]:
    secret = profile.credentials.backup_secret
    return {
        "destinationPath": f"s3://{bucket.name}/{bucket.prefix}",
        "endpointURL": bucket.endpoint,
        "s3Credentials": {
            "accessKeyId": {"name": secret, "key": ACCESS_KEY},
            "secretAccessKey": {"name": secret, "key": SECRET_KEY},
        },
        "data": {"compression": "gzip"},
        "wal": {"compression": "gzip"},
    }
