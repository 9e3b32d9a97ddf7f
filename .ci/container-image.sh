#!/usr/bin/env bash
# Prints the name of an image with PostgreSQL that the local Docker engine can run, made on the spot: no registry is reached.
# Usage: container-image.sh PID_FILE. Where no engine answers, Debian's is installed and started, and its process id is
# written to PID_FILE for the caller to stop it. Needs root for either; run again, it finds what it made.
set -euo pipefail
pid_file=$1
here=$(cd "$(dirname "$0")" && pwd)
. /etc/os-release
image="schemactl-ci/postgres:$VERSION_CODENAME"

engine_answers() { docker info >/dev/null 2>&1; }

install_packages() {
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

start_engine() {
  command -v dockerd >/dev/null || install_packages docker.io
  local log
  log=$(mktemp -t dockerd.XXXXXX.log)
  setsid dockerd --group root >"$log" 2>&1 </dev/null &
  local pid=$!
  echo "$pid" >"$pid_file"
  for _ in $(seq 300); do
    if engine_answers; then return; fi
    if ! kill -0 "$pid" 2>/dev/null; then break; fi
    sleep 0.2
  done
  tail -n 30 "$log"
  echo "the Docker engine did not come up" >&2
  exit 1
}

build_image() {
  command -v debootstrap >/dev/null || install_packages debootstrap
  local mirror
  mirror=$(apt-get indextargets --format '$(REPO_URI)' "Created-By: Packages" "Release: $VERSION_CODENAME" | sed -n 1p)
  root=$(mktemp -d -p /var/tmp postgres-image.XXXXXX)
  trap 'umount "${root:?}" 2>/dev/null || true; rm -rf "${root:?}"' EXIT
  mount -t tmpfs -o mode=755 tmpfs "$root" || echo "no memory file system: the packages unpack on disk, slower" >&2
  debootstrap --variant=minbase --include=postgresql "$VERSION_CODENAME" "$root" "$mirror"
  rm -rf "$root"/var/lib/postgresql/*/main "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* \
    "$root"/usr/share/doc "$root"/usr/share/man
  install -m 755 "$here/container-entrypoint.sh" "$root/usr/local/bin/entrypoint.sh"
  tar -C "$root" --numeric-owner -c . |
    docker import --change 'ENTRYPOINT ["/usr/local/bin/entrypoint.sh"]' --change 'EXPOSE 5432' - "$image"
}

{
  engine_answers || start_engine
  docker image inspect "$image" >/dev/null 2>&1 || build_image
} >&2
echo "$image"
