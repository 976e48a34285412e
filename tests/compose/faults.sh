# Sourced by `run`: what happens to a book, and that it is still the same one afterwards.
# shellcheck shell=bash

stop_gently() {
  local service id since
  for service in web worker; do
    id=$(one $service) since=$SECONDS
    docker stop --time 30 "$id" >/dev/null
    [ $((SECONDS - since)) -lt 25 ] || fail "$service took $((SECONDS - since)) s to end"
    expect 0 docker inspect -f '{{.State.ExitCode}}' "$id"
  done
  up
}

# Not `docker kill`, after which Docker does not start it again: that counts as an operator's wish.
kill_hard() { # CONTAINER
  local pid
  pid=$(docker inspect -f '{{.State.Pid}}' "$1")
  docker run --rm --pid host $CLIENT bash -c "kill -9 $pid"
}

kill_each() { # SERVICE…
  local service id since restarts
  for service in "$@"; do
    add_entry "Before $service is killed"
    id=$(one $service) since=$SECONDS
    restarts=$(docker inspect -f '{{.RestartCount}}' "$id")
    kill_hard "$id"
    within 30 "$service is started again" restarted "$id" $((restarts + 1))
    healthy
    within 30 "the book answers" curl -sf "$BASE/readyz" -o /dev/null
    echo "   $service: healthy again after $((SECONDS - since)) s"
    same_book "Before $service is killed"
  done
}

restarted() { [ "$(docker inspect -f '{{.RestartCount}} {{.State.Running}}' "$1")" = "$2 true" ]; }

scale() {
  local id
  export COMPOSE_PROFILES=proxy
  up --scale web=2 --scale worker=2
  [ "$(ids web | wc -l)" = 2 ] && [ "$(ids worker | wc -l)" = 2 ] || fail "there are not two of each"
  for id in $(ids web); do
    expect "map[8000/tcp:[]]" docker inspect -f '{{.NetworkSettings.Ports}}' "$id"
  done
  within 20 "the proxy answers" curl -sf "$BASE/readyz" -o /dev/null
  for _ in $(seq 20); do curl -sf -H "Cookie: $COOKIE" -o /dev/null "$BASE/entries" || fail "the proxy answers at times"; done
  for id in $(ids web); do
    [ "$(docker logs "$id" 2>&1 | grep -c 'GET.*"/entries"')" -gt 2 ] || fail "a web container is left out"
  done
  same_book
}

# An upgrade as docs/operations.md says: as many of a new release are ready first, then the old ones are told to end.
replace_under_load() {
  local before after load old said
  before=$(entries)
  python3 "$tests/load.py" "$BASE" "$COOKIE" >"$work/load.log" &
  load=$!
  sleep 3
  REVISION=next docker compose build --quiet
  docker compose run --rm migrate >"$work/migrate.log" 2>&1 || { cat "$work/migrate.log"; fail "migrate"; }
  mapfile -t old < <(ids web)
  up --no-recreate --scale web=4 --scale worker=2
  docker stop --time 30 "${old[@]}" >/dev/null
  docker rm "${old[@]}" >/dev/null
  docker compose up -d --no-deps --scale worker=2 worker >/dev/null 2>&1
  healthy
  sleep 3
  kill "$load"
  wait "$load" || { cat "$work/load.log"; fail "requests were lost"; }
  said=$(tail -n 1 "$work/load.log")
  echo "   $said"
  after=$(entries)
  [ "$after" = "$((before + $(sed 's/.* reads, \(.*\) writes.*/\1/' <<<"$said")))" ] || fail "$before entries, $said, then $after"
  [ "$(ids web | wc -l)" = 2 ] && [ "$(ids worker | wc -l)" = 2 ] || fail "there are not two of each"
  for old in $(ids web) $(ids worker); do
    expect next docker inspect -f '{{index .Config.Labels "org.opencontainers.image.revision"}}' "$old"
  done
  same_book
}

restart_all() {
  local before
  before=$(entries)
  docker compose restart >/dev/null 2>&1
  healthy
  expect "$before" entries
  same_book
}

down_and_up() {
  local before secret
  before=$(entries) secret=$(docker compose exec -T web cat /run/secrets/db_password)
  docker compose down >/dev/null 2>&1
  unset COMPOSE_PROFILES
  # Of a file .env what can be set is, and what compose.yaml knows better is not.
  printf '%s\n' LOG_FORMAT=json DATABASE_URL=sqlite:elsewhere REDIS_TLS=true BIND=127.0.0.1:1 >.env
  up
  grep -q '^{"timestamp"' <<<"$(logs web)" || fail "LOG_FORMAT of .env does not count"
  rm .env
  expect "$before" entries
  expect "$secret" docker compose exec -T web cat /run/secrets/db_password
  same_book
}

# The commands of docs/operations.md: the data are gone with their volumes, and come back from the dump alone.
drill() {
  local before link
  before=$(entries)
  link=$(docker compose exec -T worker daybook-worker verify | sed -n 's/^with link \(.*\)\.$/\1/p')
  # shellcheck disable=SC2016
  docker compose exec -T mysql sh -c 'MYSQL_PWD=$(cat /run/secrets/root_password) exec mysqldump -uroot \
    --single-transaction --set-gtid-purged=OFF --hex-blob --databases daybook' >"$work/book.sql"
  docker compose down -v >/dev/null 2>&1
  up mysql
  # shellcheck disable=SC2016
  docker compose exec -T mysql sh -c 'MYSQL_PWD=$(cat /run/secrets/root_password) exec mysql -uroot' <"$work/book.sql"
  up
  expect "$before" entries
  grep -q "$link" <<<"$(docker compose exec -T worker daybook-worker verify)" || fail "the restored log does not hold link $link"
  same_book
  echo "   $before entries from $(($(stat -c %s "$work/book.sql") / 1024)) KiB; the log ends with the same link"
}

logged() { grep -qF "$2" <<<"$(docker logs "$1" 2>&1)"; }

run_alone() {
  local name=$COMPOSE_PROJECT_NAME-alone
  docker compose down >/dev/null 2>&1
  docker run -d --name "$name" --read-only --tmpfs /tmp -v "$name:/data" -p "127.0.0.1:$WEB_PORT:8000" \
    -e "PUBLIC_URL=$BASE" daybook-web >/dev/null
  within 30 "it is ready" curl -sf "$BASE/readyz" -o /dev/null
  within 20 "the log shows a setup link" logged "$name" "Make the first account at $BASE/setup"
  docker exec "$name" daybook-web health
  docker exec "$name" daybook-web backup /data/copy.sqlite
  docker stop --time 30 "$name" >/dev/null
  expect 0 docker inspect -f '{{.State.ExitCode}}' "$name"
  docker rm -f "$name" >/dev/null
  docker volume rm "$name" >/dev/null
}
