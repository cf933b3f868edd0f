"""The backups' objects, in each mode."""

import json
from typing import Any

import pytest

from infra.backup import script
from infra.database import archive
from profiles import load_profile
from profiles.named import merged
from tests.infra.edit import body, edited
from tests.infra.schema import violations
from tests.stacks import profile_json, rendered

BUCKET = {
    "endpoint": "https://objects.example.org",
    "region": "eu-central-1",
    "name": "dumps",
    "prefix": "team/bio-mcp",
    "image": "rclone/rclone:1.71.0",
}
JOBS = ("backup", "backup-check", "backup-restore")


def backed_up(**backup: Any) -> Any:
    """Return production's render with these values of its backups."""
    return edited("production", database={"server": {"backup": backup}})


def pod(result: Any, job: str) -> dict[str, Any]:
    """Return the pod's spec of a CronJob."""
    spec = body(result, "CronJob", job)["spec"]["jobTemplate"]["spec"]
    found: dict[str, Any] = spec["template"]["spec"]
    return found


def containers(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a pod's containers in the order in which they run."""
    return [*spec.get("initContainers", []), *spec["containers"]]


def variables(container: dict[str, Any]) -> dict[str, Any]:
    """Return a container's variables: values, or where they are from."""
    return {each["name"]: each.get("value") or each["valueFrom"] for each in container["env"]}


@pytest.mark.parametrize("job", JOBS)
def test_a_cronjob_never_overlaps_and_ends(job: str) -> None:
    """PL035, INF-19: Forbid, deadlines, history, a bound on tries, and removal when it is over."""
    spec = body(rendered("production"), "CronJob", job)["spec"]
    made = spec["jobTemplate"]["spec"]
    assert spec["concurrencyPolicy"] == "Forbid"
    assert spec["startingDeadlineSeconds"] == made["activeDeadlineSeconds"] == 3600
    assert spec["timeZone"] == "Etc/UTC"
    assert spec["suspend"] == (job == "backup-restore")
    assert 0 < spec["successfulJobsHistoryLimit"] <= spec["failedJobsHistoryLimit"]
    assert made["backoffLimit"] == (job == "backup")
    assert made["ttlSecondsAfterFinished"] > 86_400


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("bucket", [None, BUCKET])
def test_its_pods_are_hardened(job: str, bucket: dict[str, str] | None) -> None:
    """SEC-05: Restricted, read-only roots, no token, limits, the jobs' priority."""
    spec = pod(backed_up(bucket=bucket), job)
    assert spec["automountServiceAccountToken"] is False
    assert spec["priorityClassName"] == "bio-mcp-production-jobs"
    assert spec["securityContext"]["runAsNonRoot"] is True
    for container in containers(spec):
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        limits = {"cpu": "1", "memory": "512Mi"}
        assert limits.items() <= container["resources"]["limits"].items()


def test_a_dump_is_made_by_the_servers_own_image_and_not_through_its_pooler() -> None:
    """PL034: the same major by construction; a pooler would take the snapshot from the session."""
    result = backed_up()
    [dump] = containers(pod(result, "backup"))
    server = body(result, "StatefulSet", "postgres")["spec"]["template"]["spec"]
    assert dump["image"] == server["containers"][0]["image"]
    stated = variables(dump)
    assert stated["PGHOST"] == "postgres"
    assert stated["PGSSLMODE"] == "verify-full"
    assert stated["PGPASSWORD"]["secretKeyRef"] == {"name": "database-secret", "key": "password"}


def test_only_a_dump_writes_to_the_claim() -> None:
    """A check, a copy and a restore cannot break what they are to prove."""
    result = backed_up(bucket=BUCKET)
    dump, copy = containers(pod(result, "backup"))
    writes = [
        mount["name"]
        for container in (dump, copy)
        for mount in container["volumeMounts"]
        if mount["name"] == "backups" and not mount.get("readOnly")
    ]
    assert writes == ["backups"]
    [check] = containers(pod(rendered("production"), "backup-check"))
    [mount] = [each for each in check["volumeMounts"] if each["name"] == "backups"]
    assert mount["readOnly"] is True


def test_the_check_knows_no_way_to_the_live_database() -> None:
    """It restores into a server of its own, and nothing else could hear it."""
    [check] = containers(pod(rendered("production"), "backup-check"))
    assert not {"PGHOST", "PGPASSWORD"} & variables(check).keys()
    assert variables(check)["MAX_AGE_SECONDS"] == str(2 * 86_400)


def test_with_a_bucket_what_is_checked_and_restored_is_the_buckets() -> None:
    """OPS-04: the copy that outlives the cluster is the one that must be good."""
    result = backed_up(bucket=BUCKET)
    for job in JOBS[1:]:
        spec = pod(result, job)
        assert containers(spec)[0]["name"] == "fetch"
        [volume] = [each for each in spec["volumes"] if each["name"] == "backups"]
        assert "emptyDir" in volume
    keys = [variables(containers(pod(result, job))[-1]) for job in JOBS[1:]]
    assert "RCLONE_CONFIG_BUCKET_ACCESS_KEY_ID" not in keys[0] | keys[1]


def test_a_script_that_changes_changes_the_pods() -> None:
    """PL033: the hash of the scripts that the ConfigMap holds is in each pod's template."""
    without, with_bucket = backed_up(), backed_up(bucket=BUCKET)
    found = [
        body(result, "CronJob", "backup")["spec"]["jobTemplate"]["spec"]["template"]["metadata"]
        for result in (without, with_bucket)
    ]
    scripts = [set(body(each, "ConfigMap", script.NAME)["data"]) for each in (without, with_bucket)]
    assert scripts[1] - scripts[0] == {"bucket.sh", "copy.sh", "fetch.sh"}
    assert found[0]["annotations"] != found[1]["annotations"]


@pytest.mark.parametrize("keep", [True, False])
def test_the_claim_is_kept_as_all_data_is(keep: bool) -> None:
    """INF-14: `retain_data` decides for dumps too."""
    result = edited("production", cluster={"retain_data": keep})
    [claim] = [m for m in result.manifests if m.identity == "PersistentVolumeClaim/backups"]
    assert (claim.protect, claim.retain) == (keep, keep)


def test_the_jobs_reach_the_database_and_the_bucket_alone() -> None:
    """SEC-04: what a policy can say of a store by name is its range, or its namespace."""
    inside = {**BUCKET, "endpoint": "http://minio.storage:9000"}
    for bucket, port in ((BUCKET, 443), (inside, 9000)):
        result = backed_up(bucket=bucket)
        rules = body(result, "NetworkPolicy", "backup")["spec"]["egress"]
        assert [rule["ports"][0]["port"] for rule in rules] == [53, 5432, port]
    assert rules[-1]["to"][0]["namespaceSelector"]["matchLabels"] == {
        "kubernetes.io/metadata.name": "storage"
    }
    assert len(body(backed_up(), "NetworkPolicy", "backup")["spec"]["egress"]) == 2


def test_without_backups_nothing_of_them_is_left() -> None:
    """Unset parts leave nothing behind."""
    result = edited("production", database={"server": {"backup": None}})
    assert not [m.identity for m in result.manifests if "backup" in m.name]
    assert "backup" not in json.dumps([m.body for m in result.manifests])


def operated(**server: Any) -> Any:
    """Return production's values with CloudNativePG."""
    stated = {"mode": "cnpg", "server": {"instances": 2, **server}}
    return merged(json.loads(profile_json("production")), {"database": stated})


def test_cloudnativepg_archives_to_the_bucket() -> None:
    """The plugin's ObjectStore, the Cluster's part of it, and a schedule of six fields."""
    values = operated(backup={"bucket": BUCKET})
    result = edited("production", **values)
    store = body(result, "ObjectStore", "backups")["spec"]
    assert store["configuration"]["destinationPath"] == "s3://dumps/team/bio-mcp"
    assert store["retentionPolicy"] == "30d"
    scheduled = body(result, "ScheduledBackup", "backup")["spec"]
    assert scheduled["schedule"] == "0 15 2 * * *"
    assert scheduled["cluster"] == {"name": "postgres"}
    [plugin] = _section(values)["plugins"]
    assert plugin["name"] == scheduled["pluginConfiguration"]["name"]
    assert plugin["parameters"] == {"barmanObjectName": "backups"}
    assert violations(result) == []


def test_cloudnativepg_takes_snapshots_without_a_bucket() -> None:
    """No archive of the log, so a snapshot of an instance that stands still."""
    result = edited("production", **operated())
    assert body(result, "ScheduledBackup", "backup")["spec"]["method"] == "volumeSnapshot"
    section = _section(operated())
    assert section["backup"]["volumeSnapshot"] == {"online": False}
    assert _section(operated(backup=None)) == {}
    assert violations(result) == []


def _section(values: dict[str, Any]) -> dict[str, Any]:
    server = load_profile(json.dumps(values)).database.server
    assert server is not None
    return archive.section(server)
