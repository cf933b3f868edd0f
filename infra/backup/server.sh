# shellcheck shell=bash
# Questions to a Postgres, which libpq finds by its own variables.

PSQL=(psql --no-psqlrc --quiet --no-align --tuples-only --field-separator=$'\t' --set=ON_ERROR_STOP=1)

# Prints the tables of a database with their rows.
count_rows() { # DATABASE
    "${PSQL[@]}" --dbname="$1" --file="$SCRIPTS/rows.sql"
}

# Reads counted tables; prints their sums in words.
in_words() {
    awk -F '\t' '{ rows += $NF } END { printf "%d tables, %d rows", NR, rows }'
}

# Restores a backup into an empty database and compares; fails on the first error or difference.
restore() { # FOLDER DATABASE
    pg_restore --exit-on-error --no-owner --no-privileges --dbname="$2" "$1/dump" ||
        fail "${1##*/} is broken: it cannot be restored; the reason is above"
    counted=$(count_rows "$2")
    differences=$("${PSQL[@]}" --dbname="$2" --set=manifest="$(<"$1/manifest.json")" \
        --set=counted="$counted" --file="$SCRIPTS/differences.sql")
    [[ -z $differences ]] || fail "${1##*/} is broken: ${differences//$'\n'/; }"
}
