#!/usr/bin/env bash
# Installs a release below PREFIX, beside the versions that are there, and lets `mcp-test-harness` be that one.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

# Root may be careful; everybody runs what is installed.
umask 022
PREFIX=${PREFIX:-/usr/local}
RELEASES_URL=${RELEASES_URL:-https://github.com/mcp-test-harness/mcp-test-harness/releases/download}

usage() {
  cat <<'TEXT'
Usage: install.sh VERSION [--file TARBALL --checksums SHA256SUMS] [--no-activate]

Downloads mcp-test-harness-linux-ARCH.tar.gz of that version with its SHA256SUMS, or takes files that are there. What does
not have its checksum is not unpacked. It goes to PREFIX/lib/mcp-test-harness/VERSION; PREFIX/bin/mcp-test-harness is a link
to it, changed in one step. With --no-activate the link stays as it is.

Environment: PREFIX (/usr/local), RELEASES_URL.
TEXT
}

version='' file='' checksums='' activate=yes
while (($# > 0)); do
  case $1 in
    --file | --checksums)
      (($# > 1)) || die_of_usage "$1 needs a file"
      if [[ $1 == --file ]]; then file=$2; else checksums=$2; fi
      shift
      ;;
    --no-activate) activate=no ;;
    -h | --help) usage && exit 0 ;;
    -*) die_of_usage "unknown option $1" ;;
    *)
      [[ -z $version ]] || die_of_usage 'one version at a time'
      version=${1#v}
      ;;
  esac
  shift
done
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?$ ]] || die_of_usage "no version: '$version'"
[[ -n $file && -n $checksums || -z $file$checksums ]] || die_of_usage '--file and --checksums belong together'

work=$(mktemp -d)
staging=''
trap 'rm -rf -- "$work" ${staging:+"$staging"}' EXIT

name=mcp-test-harness-$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m).tar.gz
if [[ -z $file ]]; then
  need curl
  file=$work/$name checksums=$work/SHA256SUMS
  for one in "$name" SHA256SUMS; do
    log "downloading $RELEASES_URL/v$version/$one"
    curl --fail --silent --show-error --location --proto '=https' --tlsv1.2 --output "$work/$one" \
      "$RELEASES_URL/v$version/$one" || die "cannot download $one of version $version"
  done
else
  name=$(basename -- "$file")
fi

expected=$(awk -v name="$name" '$2 == name || $2 == "*" name { print $1 }' "$checksums")
[[ $expected =~ ^[0-9a-f]{64}$ ]] || die "$checksums has no checksum of $name"
actual=$(sha256sum -- "$file" | cut -d ' ' -f 1)
[[ $actual == "$expected" ]] || die "$name is not what was released: its SHA-256 is $actual, and should be $expected"

versions=$PREFIX/lib/mcp-test-harness
target=$versions/$version
link=$PREFIX/bin/mcp-test-harness
mkdir -p -- "$versions" "$PREFIX/bin"
if [[ -e $link || -L $link ]] && [[ $(readlink -- "$link" || true) != ../lib/mcp-test-harness/* ]]; then
  [[ $activate == no ]] || die "$link is there and not from this script; remove it, or choose another PREFIX"
fi

if [[ -f $target/.sha256 && $(<"$target/.sha256") == "$actual" ]]; then
  log "$version is installed already"
else
  staging=$(mktemp -d -- "$versions/.staging.XXXXXX")
  chmod 0755 -- "$staging"
  tar --extract --gzip --no-same-owner --no-same-permissions --strip-components 1 --directory "$staging" --file "$file"
  said=$("$staging/bin/mcp-test-harness" --version) || die "what is in $name does not run here"
  [[ $said == "mcp-test-harness $version" ]] || die "$name says it is '$said', not version $version"
  printf '%s\n' "$actual" >"$staging/.sha256"
  # Another build of the same version gives way; it is not the one in use, or it was broken.
  rm -rf -- "$target"
  mv -T -- "$staging" "$target"
  staging=''
  log "$version is in $target"
fi

if [[ $activate == yes ]]; then
  ln -sfn -- "../lib/mcp-test-harness/$version/bin/mcp-test-harness" "$link.new.$$"
  mv -T -f -- "$link.new.$$" "$link"
  log "$link is version $version"
fi
