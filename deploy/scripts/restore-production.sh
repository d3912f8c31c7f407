#!/usr/bin/env bash
# Puts a backup back: the service is stopped, restored by `mcp-test-harness backup restore`, started and looked at.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

TIMEOUT_SECONDS=${TIMEOUT_SECONDS:-60}
STATE_DIRS=${STATE_DIRS:-/var/lib/mcp-test-harness /var/log/mcp-test-harness}

usage() {
  cat <<'TEXT'
Usage: restore-production.sh BACKUP [OPTIONS of `mcp-test-harness backup restore`]

BACKUP is a date as `mcp-test-harness backup list` shows it. A backup that is not whole is refused, and nothing is changed;
the service is started again in any case.

Environment: BACKUP_DIR (/var/backups/mcp-test-harness), CONFIG_PATH, ENVIRONMENT_FILE, SERVICE_UNIT, SERVICE_USER,
HEALTH_URL, STATE_DIRS, TIMEOUT_SECONDS (60).
TEXT
}

case ${1:-} in -h | --help) usage && exit 0 ;; esac
need mcp-test-harness
load_environment
if (($# == 0)); then
  usage >&2
  mcp-test-harness backup list --dir "$BACKUP_DIR" >&2 || true
  exit 1
fi
backup=$1
shift
need systemctl curl

log 'is the backup whole?'
mcp-test-harness backup verify "$backup" --dir "$BACKUP_DIR" || die "$backup is not restored, and nothing was changed"

systemctl stop "$SERVICE_UNIT"
restored=yes
mcp-test-harness backup restore "$backup" --config "$CONFIG_PATH" --dir "$BACKUP_DIR" "$@" || restored=no
if ((EUID == 0)) && id -- "$SERVICE_USER" >/dev/null 2>&1; then
  for directory in $STATE_DIRS; do
    if [[ -d $directory ]]; then chown --recursive --no-dereference "$SERVICE_USER:" -- "$directory"; fi
  done
fi
systemctl start "$SERVICE_UNIT"
wait_for "$TIMEOUT_SECONDS" is_ready_at "$HEALTH_URL" || die 'the service does not become ready'
[[ $restored == yes ]] || die "$backup was not restored; the service runs on what it had"
mcp-test-harness validate --config "$CONFIG_PATH" || die 'the restored configuration is not valid'
log "$backup is restored"
