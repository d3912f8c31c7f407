#!/usr/bin/env bash
# Puts a version beside the one that serves, and lets HAProxy send the traffic there once it is known to be ready and to be
# what was asked for. Whatever goes wrong before the old one is stopped leaves the old one serving.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$here/common.sh"

COMPOSE_DIR=${COMPOSE_DIR:-$here/../compose}
IMAGE_REPOSITORY=${IMAGE_REPOSITORY:-mcp-test-harness}
HAPROXY_SOCKET=${HAPROXY_SOCKET:-/run/haproxy/mcp-test-harness.sock}
HAPROXY_BACKEND=${HAPROXY_BACKEND:-mcp-test-harness}
BLUE_HEALTH_URL=${BLUE_HEALTH_URL:-http://127.0.0.1:18080}
GREEN_HEALTH_URL=${GREEN_HEALTH_URL:-http://127.0.0.1:28080}
TIMEOUT_SECONDS=${TIMEOUT_SECONDS:-300}
SETTLE_SECONDS=${SETTLE_SECONDS:-30}
CHECK_SECONDS=${CHECK_SECONDS:-2}
DRAIN_SECONDS=${DRAIN_SECONDS:-120}
LOCK_FILE=${LOCK_FILE:-/run/lock/mcp-test-harness-deploy.lock}

usage() {
  cat <<'TEXT'
Usage: blue-green-deploy.sh VERSION [--image IMAGE] [--to blue|green]

Starts VERSION in the colour that does not serve, waits until its own health port says that it is ready and that it is
VERSION, lets HAProxy send the traffic there, watches it for a while, and stops the other colour. Ends with 1, and the old
colour serving, when the new one does not become ready, is another version, or fails while it is watched.

IMAGE is IMAGE_REPOSITORY:VERSION unless it is given, best by its digest. --to is for the first deployment; else HAProxy
says which colour serves.

Environment: IMAGE_REPOSITORY (mcp-test-harness), HAPROXY_SOCKET, HAPROXY_BACKEND, BLUE_HEALTH_URL, GREEN_HEALTH_URL,
COMPOSE_DIR, LOCK_FILE, TIMEOUT_SECONDS (300), CHECK_SECONDS (2: longer than HAProxy's interval of checks), SETTLE_SECONDS (30),
DRAIN_SECONDS (120).
TEXT
}

version='' image='' to=''
while (($# > 0)); do
  case $1 in
    --image | --to)
      (($# > 1)) || die_of_usage "$1 needs a value"
      if [[ $1 == --image ]]; then image=$2; else to=$2; fi
      shift
      ;;
    -h | --help) usage && exit 0 ;;
    -*) die_of_usage "unknown option $1" ;;
    *)
      [[ -z $version ]] || die_of_usage 'one version at a time'
      version=${1#v}
      ;;
  esac
  shift
done
[[ -n $version ]] || die_of_usage 'which version?'
[[ $to =~ ^(blue|green|)$ ]] || die_of_usage "no colour: $to"
need docker curl socat flock

# One command to HAProxy, and its answer.
proxy() { printf '%s\n' "$1" | socat -t 5 - "UNIX-CONNECT:$HAPROXY_SOCKET"; }

# set_state COLOUR ready|drain|maint; HAProxy answers only when it does not obey.
set_state() {
  local answer
  answer=$(proxy "set server $HAPROXY_BACKEND/$1 state $2") || return 1
  [[ -z ${answer//[[:space:]]/} ]] || { log "HAProxy: $answer" && return 1; }
}

# One column of `show stat` for a colour.
stat_of() { proxy "show stat $HAPROXY_BACKEND 4 -1" | awk -F , -v server="$1" -v column="$2" '$2 == server { print $column }'; }
health_url_of() { if [[ $1 == blue ]]; then echo "$BLUE_HEALTH_URL"; else echo "$GREEN_HEALTH_URL"; fi; }

# HAProxy takes a server for up until it has asked it, and for up a little longer than it is: ask it ourselves, too.
serves() { [[ $(stat_of "$1" 18) == UP* ]] && is_ready_at "$(health_url_of "$1")"; }
is_checked() { [[ $(stat_of "$1" 37) == *L7OK ]]; }
is_idle() { [[ $(stat_of "$1" 5) == 0 ]]; }

compose() {
  local -r colour=$1
  shift
  docker compose --project-name "mcp-test-harness-$colour" --file "$COMPOSE_DIR/compose.$colour.yaml" "$@"
}

# It must serve the whole time: what dies after a minute is not to be found out when the old one is gone.
serves_for() {
  local -r end=$((SECONDS + $2))
  while ((SECONDS < end)); do
    serves "$1" || return 1
    sleep "$POLL_SECONDS"
  done
  serves "$1"
}

roll_back() {
  trap - EXIT INT TERM
  set +e
  log "rolling back: ${old:-nothing} serves, $new is stopped"
  [[ -z $old ]] || set_state "$old" ready
  if [[ $offered == yes ]]; then
    set_state "$new" drain
    wait_for "$DRAIN_SECONDS" is_idle "$new"
  fi
  set_state "$new" maint
  compose "$new" logs --tail 50 >&2
  compose "$new" down
  exit 1
}

exec 9>"$LOCK_FILE"
flock --nonblock 9 || die 'another deployment is going on'

serving=()
for colour in blue green; do
  [[ -n $(stat_of "$colour" 18) ]] || die "HAProxy at $HAPROXY_SOCKET has no server $HAPROXY_BACKEND/$colour"
  if serves "$colour"; then serving+=("$colour"); fi
done
((${#serving[@]} < 2)) ||
  die "both colours serve; take one out first: echo 'set server $HAPROXY_BACKEND/green state maint' | socat - $HAPROXY_SOCKET"
old=${serving[0]:-}
case $old in
  blue) new=green ;;
  green) new=blue ;;
  *) new=${to:-blue} ;;
esac
[[ -z $to || $to == "$new" ]] || die "$to serves already; the new version goes to $new"
new_url=$(health_url_of "$new")
[[ -n $old || -z $(version_at "$new_url") ]] ||
  die "nothing serves, but $new runs and is not ready; mend or stop it, or give the new version to the other colour by --to"
export MCP_TEST_HARNESS_IMAGE=${image:-$IMAGE_REPOSITORY:$version}

offered=no
trap roll_back EXIT
trap 'exit 1' INT TERM

log "$new: $MCP_TEST_HARNESS_IMAGE; ${old:-nothing} serves"
set_state "$new" maint
compose "$new" up --detach --force-recreate

log "waiting up to $TIMEOUT_SECONDS s for $new_url/ready"
wait_for "$TIMEOUT_SECONDS" is_ready_at "$new_url" || { log "$new did not become ready" && exit 1; }
said=$(version_at "$new_url")
[[ $said == "$version" ]] || { log "$new is version '$said', and should be $version" && exit 1; }

log "$new is ready; switching"
# Out of maintenance HAProxy takes a server for up unasked, and for down at the first failure. In drain it is asked, and gets
# no requests yet.
set_state "$new" drain
sleep "$CHECK_SECONDS"
wait_for "$TIMEOUT_SECONDS" is_checked "$new" || { log "HAProxy cannot ask $new whether it is ready" && exit 1; }
offered=yes
set_state "$new" ready
wait_for "$TIMEOUT_SECONDS" serves "$new" || { log "HAProxy does not find $new ready" && exit 1; }
[[ -z $old ]] || set_state "$old" drain
serves_for "$new" "$SETTLE_SECONDS" || { log "$new does not serve any more" && exit 1; }
trap - EXIT INT TERM

if [[ -n $old ]]; then
  wait_for "$DRAIN_SECONDS" is_idle "$old" || log "$old still has requests after $DRAIN_SECONDS s; they are cut off"
  set_state "$old" maint || true
  compose "$old" down || die "$new serves, but $old could not be stopped"
fi
log "$new serves version $version"
