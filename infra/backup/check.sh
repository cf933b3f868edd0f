#!/bin/bash
# Restores the newest backup into an empty server of this container's own, and compares. Its last
# line is the verdict.
set -euo pipefail
SCRIPTS=${0%/*}
. "$SCRIPTS/names.sh"
. "$SCRIPTS/server.sh"

name=$(chosen latest "$(backups_in "$BACKUPS")")
[[ $name > $(name_of_age "$MAX_AGE_SECONDS") ]] ||
    fail "the newest backup $name is older than two periods of the schedule, $MAX_AGE_SECONDS s"
verify "$BACKUPS/$name"

export PGHOST=$SCRATCH PGDATABASE=postgres # nobody but this container reaches the socket
initdb --pgdata="$SCRATCH/data" --username="$PGUSER" --auth=trust --encoding=UTF8 --no-sync \
    >"$SCRATCH/log"
settings="-c listen_addresses='' -c unix_socket_directories='$SCRATCH' -c fsync=off"
pg_ctl --pgdata="$SCRATCH/data" --log="$SCRATCH/log" --wait --silent \
    --options="$settings -c dynamic_shared_memory_type=mmap" start ||
    fail "the empty server did not start: $(tail -n 5 "$SCRATCH/log")"
trap 'pg_ctl --pgdata="$SCRATCH/data" --mode=immediate --silent stop' EXIT

createdb --template=template0 restored
restore "$BACKUPS/$name" restored
invalid=$("${PSQL[@]}" --dbname=restored \
    --command='select count(*) from pg_catalog.pg_index where not (indisvalid and indisready)')
[[ $invalid == 0 ]] || fail "$name is broken: $invalid of its indexes are not valid"
echo "$name can be restored: $(in_words <<<"$counted"), as its manifest says"
