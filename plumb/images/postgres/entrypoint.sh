#!/bin/sh
# The first start makes the database, listening on the socket alone; every start becomes the server.
# POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB, POSTGRES_INITDB_ARGS and PGDATA are as in the
# official image; arguments are the server's, and another program's name runs that instead.
set -eu

case "${1-}" in
    postgres) shift ;;
    -* | '') ;;
    *) exec "$@" ;;
esac

make_database() { # FOLDER
    user=${POSTGRES_USER:-postgres}
    database=${POSTGRES_DB:-$user}
    if [ -z "${POSTGRES_PASSWORD-}" ]; then
        echo "POSTGRES_PASSWORD is not set: the database would have no password" >&2
        exit 1
    fi
    secret=$(mktemp)
    printf '%s\n' "$POSTGRES_PASSWORD" >"$secret"
    # shellcheck disable=SC2086 # several arguments in one variable
    initdb --pgdata="$1" --username="$user" --pwfile="$secret" \
        --auth-local=trust --auth-host=scram-sha-256 ${POSTGRES_INITDB_ARGS-}
    rm "$secret"
    echo 'host all all all scram-sha-256' >>"$1/pg_hba.conf"
    if [ "$database" != postgres ]; then
        pg_ctl --pgdata="$1" --wait --silent --options="-c listen_addresses=''" start
        createdb --username="$user" --no-password --maintenance-db=template1 "$database"
        pg_ctl --pgdata="$1" --wait --silent --mode=fast stop
    fi
}

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    # A start that is cut short leaves no half-made database: it gets its name once it is whole.
    new=$PGDATA.new
    rm -rf "$new"
    make_database "$new"
    if [ -d "$PGDATA" ]; then rmdir "$PGDATA"; fi
    mv "$new" "$PGDATA"
fi
exec postgres -c listen_addresses='*' "$@"
