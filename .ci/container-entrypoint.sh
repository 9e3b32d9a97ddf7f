#!/bin/sh
# PID 1 of the image: makes a cluster as POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB say, then becomes Postgres.
set -eu
bin=$(echo /usr/lib/postgresql/*/bin)
data=/var/lib/postgresql/data
user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }

if [ ! -s "$data/PG_VERSION" ]; then
  install -d -o postgres -g postgres -m 700 "$data"
  secret=$(mktemp)
  printf %s "${POSTGRES_PASSWORD:?must be set}" >"$secret"
  chown postgres "$secret"
  as_postgres "$bin/initdb" -D "$data" -U "$user" --pwfile="$secret" --auth-local=trust --auth-host=scram-sha-256 \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync
  rm "$secret"
  echo "host all all all scram-sha-256" >>"$data/pg_hba.conf"
  if [ "$database" != postgres ]; then
    echo "create database \"$database\"" | as_postgres "$bin/postgres" --single -D "$data" postgres >/dev/null
  fi
fi
[ "${1:-}" != postgres ] || shift
exec setpriv --reuid=postgres --regid=postgres --init-groups "$bin/postgres" -D "$data" -c listen_addresses='*' "$@"
