#!/usr/bin/env bash
# The regular maintenance: the steps of `mcp-test-harness maintenance`, and the rotation of logs. Ends with 1 when one failed.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

LOGROTATE_CONFIG=${LOGROTATE_CONFIG:-/etc/logrotate.d/mcp-test-harness}

usage() {
  cat <<'TEXT'
Usage: maintenance.sh [OPTIONS of `mcp-test-harness maintenance`]

Environment: CONFIG_PATH, ENVIRONMENT_FILE, SERVICE_USER, LOGROTATE_CONFIG.
TEXT
}

case ${1:-} in -h | --help) usage && exit 0 ;; esac
need mcp-test-harness
load_environment
# The service's own user cannot rotate; whoever may, does.
status=0
as_service mcp-test-harness maintenance --config "$CONFIG_PATH" --logrotate-config /nonexistent "$@" || status=1
if ((EUID == 0)) && [[ -f $LOGROTATE_CONFIG ]]; then
  logrotate "$LOGROTATE_CONFIG" || status=1
fi
exit "$status"
