# shellcheck shell=sh
# Which backups there are. A backup is a folder named by the time of its snapshot in UTC, such as
# 20261121T021500Z, with the files `dump` and `manifest.json`; the manifest is written last.

fail() {
    echo "$*" >&2
    exit 1
}

# Reads names, one a line; prints those that are a backup's, oldest first.
only_backups() {
    sort | sed -n '/^[0-9]\{8\}T[0-9]\{6\}Z$/p'
}

# Prints the name that a backup of this age has: earlier names are older.
name_of_age() { # SECONDS
    date -u -d "@$(($(date +%s) - $1))" +%Y%m%dT%H%M%SZ
}

# Reads names of backups, oldest first; prints the older ones, but never the newest of all.
outdated() { # DAYS
    sed '$d' | awk -v limit="$(name_of_age $(($1 * 86400)))" '$0 < limit'
}

backups_in() { # FOLDER
    for manifest in "$1"/*/manifest.json; do
        name=${manifest%/manifest.json}
        printf '%s\n' "${name##*/}"
    done | only_backups
}

# Prints the name of the backup that is asked for by name or as `latest`.
chosen() { # NAME NAMES
    [ -n "$2" ] || fail "there is no backup"
    if [ "$1" = latest ]; then
        printf '%s\n' "$2" | tail -n 1
    else
        printf '%s\n' "$2" | grep -Fx -e "$1" || fail "there is no backup $1; there are: $(echo "$2" | tr '\n' ' ')"
    fi
}

# Fails unless the dump is, byte for byte, the one that its manifest tells of.
verify() { # FOLDER
    expected=$(sed -n 's/.*"sha256" *: *"\([0-9a-f]*\)".*/\1/p' "$1/manifest.json")
    found=$(sha256sum <"$1/dump") || fail "${1##*/} is broken: its dump cannot be read"
    [ "${found%% *}" = "$expected" ] ||
        fail "${1##*/} is broken: its dump has sha256 ${found%% *}, its manifest says $expected"
}
