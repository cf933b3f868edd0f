#!/bin/bash
# Restores a backup into a new database beside the live one, and compares. The new database has its
# name only once it is proven; nothing that is there is changed. Its last line is what it did.
set -euo pipefail
SCRIPTS=${0%/*}
. "$SCRIPTS/names.sh"
. "$SCRIPTS/server.sh"

name=$(chosen "$WANTED" "$(backups_in "$BACKUPS")")
verify "$BACKUPS/$name"
taken=$("${PSQL[@]}" --set=into="$INTO" <<<"select 1 from pg_database where datname = :'into'")
[[ -z $taken ]] || fail "there is a database $INTO already, and nothing is overwritten"

partial=restoring_$(date -u +%Y%m%d%H%M%S)
createdb --template=template0 "$partial"
trap 'dropdb --if-exists "$partial"' EXIT
restore "$BACKUPS/$name" "$partial"
"${PSQL[@]}" --set=partial="$partial" --set=into="$INTO" \
    <<<'alter database :"partial" rename to :"into"'
trap - EXIT
echo "$name is in the database $INTO: $(in_words <<<"$counted"), as its manifest says"
