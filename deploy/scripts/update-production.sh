#!/usr/bin/env bash
# Another version of the service under systemd: checked and backed up before, put back when it does not serve after.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$here/common.sh"

export PREFIX=${PREFIX:-/usr/local}
TIMEOUT_SECONDS=${TIMEOUT_SECONDS:-60}

usage() {
  cat <<'TEXT'
Usage: update-production.sh VERSION [--file TARBALL --checksums SHA256SUMS]

Backs up, installs VERSION beside the one in use (see install.sh), asks it whether it accepts the configuration, lets it be
the one in use, restarts the service and waits until it is ready and is VERSION. When it is not, the old version and the old
configuration are put back, and the backup too where the old version cannot go on with what the new one has left. Ends with 1
then.

Environment: PREFIX (/usr/local), CONFIG_DIR, CONFIG_PATH, BACKUP_DIR, ENVIRONMENT_FILE, SERVICE_UNIT, SERVICE_USER,
HEALTH_URL, TIMEOUT_SECONDS (60).
TEXT
}

case ${1:-} in
  -h | --help) usage && exit 0 ;;
  '' | -*) die_of_usage 'which version?' ;;
esac
version=${1#v}
need systemctl curl
PATH=$PREFIX/bin:$PATH
load_environment

link=$PREFIX/bin/mcp-test-harness
old=$(readlink -- "$link") || die "$link is not from install.sh, so there would be no way back"
new=../lib/mcp-test-harness/$version/bin/mcp-test-harness
[[ $old != "$new" ]] || die "$version is in use"

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

log 'backing up'
"$here/backup-production.sh"
backup=$(mcp-test-harness backup list --latest --dir "$BACKUP_DIR")
cp --archive -- "$CONFIG_DIR" "$work/config"

"$here/install.sh" "$@" --no-activate
log "does $version accept the configuration?"
as_service "$PREFIX/lib/mcp-test-harness/$version/bin/mcp-test-harness" validate --config "$CONFIG_PATH" ||
  die "$version does not accept $CONFIG_PATH; nothing was changed"

use() {
  ln -sfn -- "$1" "$link.new.$$"
  mv -T -f -- "$link.new.$$" "$link"
}

serves_version() { is_ready_at "$HEALTH_URL" && [[ $(version_at "$HEALTH_URL") == "$1" ]]; }

roll_back() {
  trap - EXIT INT TERM
  set +e
  local -r before=$(basename -- "$(dirname -- "$(dirname -- "$old")")")
  log "$version does not serve; back to $before"
  systemctl stop "$SERVICE_UNIT"
  use "$old"
  if ! diff --recursive --no-dereference --brief -- "$work/config" "$CONFIG_DIR" >/dev/null; then
    log 'the configuration has changed since; back to the old one'
    rm -rf -- "$CONFIG_DIR.failed"
    mv -T -- "$CONFIG_DIR" "$CONFIG_DIR.failed"
    cp --archive -- "$work/config" "$CONFIG_DIR"
  fi
  # Else the failed starts of the new version would keep the old one from being started.
  systemctl reset-failed "$SERVICE_UNIT"
  systemctl start "$SERVICE_UNIT"
  if ! wait_for "$TIMEOUT_SECONDS" serves_version "$before"; then
    log "$before cannot go on with what $version has left; back to the backup"
    "$here/restore-production.sh" "$backup"
  fi
  rm -rf -- "$work"
  serves_version "$before" || die "$before does not serve either: see journalctl --unit $SERVICE_UNIT"
  die "$version is not in use; $before serves"
}

trap roll_back EXIT
trap 'exit 1' INT TERM
use "$new"
systemctl restart "$SERVICE_UNIT"
wait_for "$TIMEOUT_SECONDS" serves_version "$version"
trap 'rm -rf -- "$work"' EXIT
trap - INT TERM
log "$version serves"
