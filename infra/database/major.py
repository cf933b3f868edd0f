"""The check that an image's major fits the data, before Postgres touches anything."""

from typing import Any

from infra import container
from profiles.postgres import Server

DATA, FOLDER = "data", "/var/lib/postgresql"
"""Volume of the data, and where it is mounted, for every major."""

PGDATA = f"{FOLDER}/pgdata"
"""Not the image's default, which names the major since 18 and was the mount itself before: here
every major finds the same folder, and the data of another one in it."""

_CHECK = """\
[ -s "$PGDATA/PG_VERSION" ] || exit 0
found=$(cat "$PGDATA/PG_VERSION")
[ "$found" = "$MAJOR" ] && exit 0
echo "The data in $PGDATA are of Postgres $found, but $IMAGE is Postgres $MAJOR," \\
  "which cannot read them. Nothing was changed. Go back to an image of Postgres $found;" \\
  "to move on: dump with $found, remove the claim, start $MAJOR, restore the dump." >&2
exit 1
"""


def check(db: Server) -> dict[str, Any]:
    """Return the init container that fails, naming both majors and the way, on data of another."""
    stated = {"PGDATA": PGDATA, "MAJOR": str(db.major), "IMAGE": db.image}
    return {
        "name": "major",
        "image": db.image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", _CHECK],
        "env": [{"name": name, "value": value} for name, value in stated.items()],
        "resources": container.resources(db.resources),
        "securityContext": container.SECURITY,
        # What it says is then the pod's own reason, which `plumb status` shows.
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "volumeMounts": [{"name": DATA, "mountPath": FOLDER, "readOnly": True}],
    }
