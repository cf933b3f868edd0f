#!/bin/bash
# Dumps the database, proves the dump, and only then gives it a backup's name; then removes what is
# older than the retention. Its last line is the manifest.
set -euo pipefail
SCRIPTS=${0%/*}
. "$SCRIPTS/names.sh"
. "$SCRIPTS/server.sh"

mkdir -p "$BACKUPS"
exec 9>"$BACKUPS/.lock"
flock -n 9 || fail "another dump is being written to $BACKUPS: wait until its Job has ended"
new=$BACKUPS/.new
rm -rf "$new" # what a dump that was killed left
mkdir "$new"
trap 'rm -rf "$new"' EXIT

# One transaction stays open meanwhile: its snapshot is both what is dumped and what is counted.
coproc HOLDER { exec "${PSQL[@]}" 9>&-; }
holder=$HOLDER_PID
exec {ask}>&"${HOLDER[1]}" {answer}<&"${HOLDER[0]}"
cat >&"$ask" <<'SQL'
begin isolation level repeatable read read only;
select to_char(now() at time zone 'UTC', 'YYYYMMDD"T"HH24MISS"Z"');
select pg_export_snapshot();
SQL
if ! read -r name <&"$answer" || ! read -r snapshot <&"$answer"; then
    fail "the database $PGDATABASE at $PGHOST gave no snapshot; the reason is above"
fi
pg_dump --format=custom --snapshot="$snapshot" --file="$new/dump"
printf '%s\n' "\\i $SCRIPTS/rows.sql" '\q' >&"$ask"
counted=$(cat <&"$answer")
wait "$holder"

[[ -n $counted ]] || fail "the database $PGDATABASE has no table: this would be an empty backup"
contents=$(pg_restore --list "$new/dump")
[[ $contents == *' TABLE DATA '* ]] || fail "the dump of $PGDATABASE has no data in it"
sha256=$(sha256sum <"$new/dump")
"${PSQL[@]}" --set=name="$name" --set=bytes="$(stat -c %s "$new/dump")" \
    --set=sha256="${sha256%% *}" --set=counted="$counted" --file="$SCRIPTS/manifest.sql" \
    >"$new/manifest.json"
sync "$new/dump" "$new/manifest.json" "$new"
mv -T "$new" "$BACKUPS/$name"
sync "$BACKUPS"

for old in $(backups_in "$BACKUPS" | outdated "$RETENTION_DAYS"); do
    rm -f "$BACKUPS/$old/dump" "$BACKUPS/$old/manifest.json"
    rmdir "$BACKUPS/$old" || echo "$BACKUPS/$old has files that are no backup's, and stays"
    echo "removed $old, older than $RETENTION_DAYS days"
done
cat "$BACKUPS/$name/manifest.json"
