#!/bin/sh
# Fetches one backup from the bucket, or, where none is named, the manifests of all.
set -eu
SCRIPTS=${0%/*}
. "$SCRIPTS/names.sh"
# shellcheck source-path=SCRIPTDIR source=bucket.sh
. "$SCRIPTS/bucket.sh"

there=$(backups_at "$REMOTE")
if [ -z "$WANTED" ]; then
    for name in $there; do
        rclone copyto "$REMOTE/$name/manifest.json" "$BACKUPS/$name/manifest.json"
    done
    exit
fi
name=$(chosen "$WANTED" "$there")
for file in dump manifest.json; do
    rclone copyto "$REMOTE/$name/$file" "$BACKUPS/$name/$file"
done
