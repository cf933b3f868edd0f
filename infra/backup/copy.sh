#!/bin/sh
# Copies to the bucket what it has not yet, proves each copy, and then removes from it what is older
# than the retention: only files of backups, below the remote's own folder.
set -eu
SCRIPTS=${0%/*}
. "$SCRIPTS/names.sh"
# shellcheck source-path=SCRIPTDIR source=bucket.sh
. "$SCRIPTS/bucket.sh"

there=$(backups_at "$REMOTE")
for name in $(backups_in "$BACKUPS"); do
    case "$there" in *"$name"*) continue ;; esac
    # the manifest last: by it the copy counts as a backup
    for file in dump manifest.json; do
        rclone copyto "$BACKUPS/$name/$file" "$REMOTE/$name/$file"
        rclone check --one-way --include "/$file" "$BACKUPS/$name" "$REMOTE/$name"
    done
    echo "copied $name"
done

there=$(backups_at "$REMOTE")
for old in $(printf '%s\n' "$there" | outdated "$RETENTION_DAYS"); do
    for file in dump manifest.json; do
        rclone delete --include "/$file" "$REMOTE/$old"
    done
    echo "removed $old from the bucket, older than $RETENTION_DAYS days"
done
