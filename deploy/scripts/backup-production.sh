#!/usr/bin/env bash
# A backup of configuration, baselines, reports and database. All the work is done by `mcp-test-harness backup create`.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'TEXT'
Usage: backup-production.sh [OPTIONS of `mcp-test-harness backup create`]

Environment: BACKUP_DIR (/var/backups/mcp-test-harness), RETENTION_DAYS (30), CONFIG_PATH, ENVIRONMENT_FILE, SERVICE_USER.
TEXT
}

case ${1:-} in -h | --help) usage && exit 0 ;; esac
need mcp-test-harness
load_environment
as_service mcp-test-harness backup create --config "$CONFIG_PATH" --dir "$BACKUP_DIR" \
  --retention-days "${RETENTION_DAYS:-30}" "$@"
