#!/usr/bin/env bash
# The regular maintenance; every step of it is one of `mcp-test-harness maintenance`, which ends with 1 when one has failed.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'TEXT'
Usage: maintenance.sh [OPTIONS of `mcp-test-harness maintenance`]

Environment: CONFIG_PATH, ENVIRONMENT_FILE, SERVICE_USER.
TEXT
}

case ${1:-} in -h | --help) usage && exit 0 ;; esac
need mcp-test-harness
load_environment
as_service mcp-test-harness maintenance --config "$CONFIG_PATH" "$@"
