#!/usr/bin/env bash
# Measures suites and stores what was measured as their first baselines. Stops at the first that cannot be one.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'TEXT'
Usage: establish-baselines.sh [SUITE...] [-- OPTIONS of `mcp-test-harness benchmark`]

The suites are core-protocol, security-compliance and performance-benchmarks unless they are named. A suite that has a
baseline keeps it: `mcp-test-harness baseline update` decides over the next one.

Environment: ITERATIONS (20), DURATION (300 seconds a suite at most), BASELINE_DIR (performance.baseline_storage_path),
CONFIG_PATH, ENVIRONMENT_FILE, SERVICE_USER.
TEXT
}

case ${1:-} in -h | --help) usage && exit 0 ;; esac
need mcp-test-harness
load_environment
suites=()
while (($# > 0)) && [[ $1 != -- ]]; do
  suites+=("$1")
  shift
done
(($# == 0)) || shift
((${#suites[@]} > 0)) || suites=(core-protocol security-compliance performance-benchmarks)

for suite in "${suites[@]}"; do
  log "measuring $suite"
  as_service mcp-test-harness benchmark --config "$CONFIG_PATH" --suite "$suite" --establish-baseline \
    --iterations "${ITERATIONS:-20}" --duration "${DURATION:-300}" ${BASELINE_DIR:+--baseline-dir "$BASELINE_DIR"} "$@" ||
    die "no baseline for $suite"
  log "baseline established for $suite"
done
