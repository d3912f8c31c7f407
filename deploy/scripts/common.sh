# shellcheck shell=bash
# What the scripts beside this file share. Sourced, not run.

SERVICE_USER=${SERVICE_USER:-mcp-test-harness}
SERVICE_UNIT=${SERVICE_UNIT:-mcp-test-harness}
CONFIG_DIR=${CONFIG_DIR:-/etc/mcp-test-harness}
CONFIG_PATH=${CONFIG_PATH:-$CONFIG_DIR/config/production.yaml}
ENVIRONMENT_FILE=${ENVIRONMENT_FILE:-$CONFIG_DIR/environment}
BACKUP_DIR=${BACKUP_DIR:-/var/backups/mcp-test-harness}
HEALTH_URL=${HEALTH_URL:-http://127.0.0.1:8080}
POLL_SECONDS=${POLL_SECONDS:-1}

log() { printf '%s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*" >&2; }

die() {
  log "error: $*"
  exit 1
}

# A call that makes no sense ends with 2, as that of every command does.
die_of_usage() {
  log "error: $*"
  usage >&2
  exit 2
}

need() {
  local command
  for command; do
    command -v "$command" >/dev/null || die "$command is needed and not on PATH"
  done
}

# wait_for SECONDS COMMAND...: until it succeeds; fails when the time is over.
wait_for() {
  local -r end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep "$POLL_SECONDS"
  done
}

# The version that a service says it has; nothing when it does not answer.
version_at() {
  curl --fail --silent --max-time 5 "$1/health" | sed -n 's/.*"version" *: *"\([^"]*\)".*/\1/p' || true
}

is_ready_at() { curl --fail --silent --output /dev/null --max-time 5 "$1/ready"; }

# Exports what systemd would give to the service. The file is read and not run.
load_environment() {
  [[ -r $ENVIRONMENT_FILE ]] || return 0
  local line value
  while IFS= read -r line || [[ -n $line ]]; do
    [[ $line =~ ^[[:space:]]*([A-Za-z_][A-Za-z0-9_]*)=(.*)$ ]] || continue
    value=${BASH_REMATCH[2]}
    if [[ $value =~ ^\"(.*)\"$ || $value =~ ^\'(.*)\'$ ]]; then value=${BASH_REMATCH[1]}; fi
    line=${line%%=*}
    export "${line//[[:space:]]/}=$value"
  done <"$ENVIRONMENT_FILE"
}

# As the user of the service, so that no file in its folders becomes root's.
as_service() {
  if ((EUID == 0)) && id -- "$SERVICE_USER" >/dev/null 2>&1; then
    runuser --user "$SERVICE_USER" -- "$@"
  else
    "$@"
  fi
}
