# Sourced by `run`: a project of its own, and short words for asking its containers.
# shellcheck shell=bash

CLIENT=debian:bookworm-slim
TITLE="Order paper for the copier"

need() {
  local pair
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null || fail "please install ${pair#*=}"
  done
}

fail() { echo "FAILED: $*" >&2; exit 1; }

# step SENTENCE FUNCTION…: says how long it took.
step() {
  local sentence=$1 since=$SECONDS
  shift
  echo "-- $sentence"
  "$@"
  echo "   ok, $((SECONDS - since)) s"
}

# A copy of what git knows, a free port, and an end that leaves nothing running.
begin() {
  export COMPOSE_PROJECT_NAME=daybook-test-$$
  export WEB_PORT REVISION
  unset COMPOSE_PROFILES COMPOSE_FILE
  WEB_PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  REVISION=$(git rev-parse HEAD)
  BASE=http://localhost:$WEB_PORT
  tests=$PWD/tests/compose
  work=$(mktemp -d)
  trap finish EXIT
  git ls-files -co --exclude-standard | tar -cf - -T - | tar -xf - -C "$work"
  cd "$work"
}

finish() {
  local status=$?
  trap - EXIT
  if [ $status -ne 0 ]; then
    docker compose --profile '*' ps -a || true
    docker compose --profile '*' logs --no-color --tail 30 || true
  fi
  COMPOSE_PROFILES=proxy docker compose down -v --remove-orphans >/dev/null 2>&1 || true
  rm -rf "$work"
  exit $status
}

# up [ARGUMENTS]: starts what is missing and waits until all of it is healthy.
up() {
  docker compose up -d --quiet-pull "$@" >"$work/up.log" 2>&1 || { cat "$work/up.log" >&2; fail "docker compose up"; }
  healthy
}

# Every container of ours, but those that end by themselves, says that it is well.
healthy() {
  within 120 "all are healthy" all_healthy
}

all_healthy() {
  local states
  states=$(docker compose ps -a --format '{{.Service}} {{.State}} {{.Health}} {{.ExitCode}}')
  ! grep -vE '^(init|migrate) exited  0$|^(mysql|redis|web|worker|proxy) running healthy 0$' <<<"$states" >/dev/null
}

# within SECONDS WHAT COMMAND…: tries until it works.
within() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" 2>/dev/null; do
    [ $SECONDS -lt $end ] || fail "never: $what"
    sleep 0.3
  done
}

# The log of a service, or of all, without colours.
logs() { docker compose logs --no-log-prefix --no-color "$@" | sed 's/\x1b\[[0-9;]*[A-Za-z]//g'; }

ids() { docker compose ps -q "$1"; }
one() { ids "$1" | head -n 1; }
own_network() { echo "${COMPOSE_PROJECT_NAME}_$1"; }
address() { # CONTAINER NETWORK
  docker inspect -f "{{(index .NetworkSettings.Networks \"$(own_network "$2")\").IPAddress}}" "$1"
}

# As the account of the application, over the socket.
sql() {
  # shellcheck disable=SC2016
  docker compose exec -T mysql sh -c 'MYSQL_PWD=$(cat /run/secrets/db_password) exec mysql -udaybook -N daybook -e "$0"' "$1"
}

sql_root() {
  # shellcheck disable=SC2016
  docker compose exec -T mysql sh -c 'MYSQL_PWD=$(cat /run/secrets/root_password) exec mysql -uroot -N -e "$0"' "$1"
}

entries() { sql "SELECT COUNT(*) FROM entries"; }

# The log as the worker verifies it: whole, and nothing waits to be sealed.
whole() {
  local report
  report=$(docker compose exec -T worker daybook-worker verify) || return
  grep -q 'The audit log is whole' <<<"$report" && ! grep -q 'wait to be sealed' <<<"$report"
}

# post PATH FIELD…: sends a form as the person who signed in; where the answer leads to.
post() {
  local path=$1 fields=() field answer
  shift
  for field in "$@"; do fields+=(--data-urlencode "$field"); done
  answer=$(curl -s -o /dev/null -w '%{http_code} %{redirect_url}' -H "Origin: $BASE" -H "Cookie: $COOKIE" "${fields[@]}" "$BASE$path")
  [[ $answer == "303 "* ]] || fail "$path was answered with $answer"
  echo "${answer#303 }"
}

get() { curl -sf -H "Cookie: $COOKIE" "$@"; }

new_uid() {
  python3 -c 'import os, time; v = (time.time_ns() // 10**6) << 80 | int.from_bytes(os.urandom(10)); v = v & ~(15 << 76) | 7 << 76; v = v & ~(3 << 62) | 2 << 62; t = f"{v:032x}"; print("-".join([t[:8], t[8:12], t[12:16], t[16:20], t[20:]]))'
}

add_entry() { # TITLE
  post /entries "uid=$(new_uid)" "title=$1" >/dev/null
}

# The book is there with everything that was ever acknowledged.
same_book() {
  local title
  for title in "$TITLE" "$@"; do
    grep -qF "$title" <<<"$(get --get --data-urlencode "q=$title" "$BASE/entries")" ||
      fail "the book lacks “$title”"
  done
  within 20 "the log is whole and sealed" whole
}
