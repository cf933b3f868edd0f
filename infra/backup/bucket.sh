# shellcheck shell=sh
# Which backups a bucket has; beside names.sh.

backups_at() { # REMOTE
    code=0
    found=$(rclone lsf --recursive --max-depth 2 --files-only --include '/*/manifest.json' "$1") ||
        code=$?
    # 3: no such folder, which is how a bucket looks before the first copy
    [ "$code" -eq 0 ] || [ "$code" -eq 3 ] || fail "the bucket cannot be listed: $1"
    printf '%s\n' "$found" | sed 's:/manifest\.json$::' | only_backups
}
