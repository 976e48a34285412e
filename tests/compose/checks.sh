# Sourced by `run`: what the images and a book that nothing happens to are like.
# shellcheck shell=bash

build_images() {
  COMPOSE_PROFILES=proxy docker compose build --quiet
}

# The base image has 75 MB where it is published and may have more elsewhere, so ours is what we add to it: at most 45 MB.
look_at_images() {
  local image base size
  base=$(docker image inspect -f '{{.Size}}' debian:bookworm-slim)
  for image in daybook-web daybook-worker; do
    size=$(docker image inspect -f '{{.Size}}' $image)
    echo "   $image: $((size / 1000000)) MB, of which $(((size - base) / 1000000)) MB above its base"
    [ $((size - base)) -lt 45000000 ] || fail "$image is too large"
    expect "$image 10001:10001 SIGTERM $REVISION MIT [$image] [CMD $image health]" \
      docker image inspect $image -f "$image"' {{.Config.User}} {{.Config.StopSignal}} {{with .Config.Labels}}{{index . "org.opencontainers.image.revision"}} {{index . "org.opencontainers.image.licenses"}}{{end}} {{.Config.Entrypoint}} {{.Config.Healthcheck.Test}}'
  done
  expect "map[8000/tcp:{}]" docker image inspect -f '{{.Config.ExposedPorts}}' daybook-web
  if docker run --rm --entrypoint sh daybook-web -c 'command -v cargo || command -v node || command -v npm'; then
    fail "the image holds what only the build needs"
  fi
}

expect() { # TEXT COMMAND…
  local wanted=$1 got
  shift
  got=$("$@")
  [ "$got" = "$wanted" ] || fail "$* says “$got” and not “$wanted”"
}

bring_up() {
  local before=$SECONDS
  up
  echo "   healthy after $((SECONDS - before)) s"
  within 20 "the log shows a setup link" setup_link
  grep -q '^Database: mysql://daybook@mysql:3306/daybook$' <<<"$(logs migrate)" ||
    fail "migrate does not say where the database is"
}

setup_link() {
  LINK=$(logs web | sed -n 's/^Make the first account at //p')
  [[ $LINK == $BASE/setup\?token=* ]]
}

use_browser() {
  COOKIE=$(python3 "$tests/browser.py" "$LINK" "$BASE" "$TITLE")
  [ "$(entries)" = 1 ] || fail "the entry is not in the database"
  within 20 "the worker has sealed" whole
  docker compose exec -T worker daybook-worker verify | sed 's/^/   /'
}

# The worker writes it, web serves it, and it is what its manifest says.
make_snapshot() {
  local page manifest file
  page=$(post /snapshots "key=$(new_uid)" "format=csv" "compression=gzip" "history=yes")
  within 20 "the snapshot is made" snapshot_is_made "$page"
  manifest=$(get "$page/files/manifest.json")
  for file in entries.csv.gz history.csv.gz; do
    get -o "$work/$file" "$page/files/$file" || fail "$file cannot be downloaded"
    gzip -t "$work/$file"
    grep -qF "$(sha256sum <"$work/$file" | cut -d' ' -f1)" <<<"$manifest" || fail "$file is not what the manifest says"
  done
  grep -qF "$TITLE" <<<"$(gzip -dc "$work/entries.csv.gz")" || fail "the entry is not in the snapshot"
}

snapshot_is_made() { # PAGE
  grep -qF entries.csv.gz <<<"$(get "$1")"
}

look_for_secrets() {
  local service secret shown
  expect "db_password redis_password" docker compose exec -T web sh -c 'echo $(ls /run/secrets)'
  expect "db_password redis_password" docker compose exec -T worker sh -c 'echo $(ls /run/secrets)'
  expect "redis.conf redis_password" docker compose exec -T redis sh -c 'echo $(ls /run/secrets)'
  expect "db_password root_password" docker compose exec -T mysql sh -c 'echo $(ls /run/secrets)'
  shown=$(
    logs
    docker compose ps -aq | xargs docker inspect
    for service in mysql redis web worker; do docker compose exec -T $service cat /proc/1/cmdline | tr '\0' ' '; done
  )
  for secret in mysql:root_password mysql:db_password redis:redis_password; do
    secret=$(docker compose exec -T "${secret%:*}" cat "/run/secrets/${secret#*:}")
    [ ${#secret} -ge 32 ] || fail "a secret is too short"
    ! grep -qF "$secret" <<<"$shown" || fail "a secret is shown"
  done
  grep -q NOAUTH <<<"$(docker compose exec -T redis redis-cli ping)" || fail "Redis asks for no password"
}

try_to_write() {
  local service
  for service in web worker; do
    expect 10001 docker compose exec -T $service id -u
    docker compose exec -T $service sh -c 'touch /tmp/a /data/files/a && rm /data/files/a' || fail "$service lacks its folders"
    if docker compose exec -T $service sh -c 'touch /a || touch /usr/local/bin/a || touch /run/secrets/a || touch /data/a' 2>/dev/null; then
      fail "$service can write anywhere"
    fi
    expect "CapEff: 0000000000000000" docker compose exec -T $service sh -c "sed -n 's/^CapEff:\t/CapEff: /p' /proc/1/status"
  done
}

# Whoever is in this network tries to connect: exit code 0 if it could.
can_reach() { # NETWORK HOST PORT
  docker run --rm --network "$1" --entrypoint timeout $CLIENT 3 bash -c "</dev/tcp/$2/$3" 2>/dev/null
}

# Whether whoever is in this network can connect to where the base image gets its packages from.
gets_out() { # NETWORK
  # shellcheck disable=SC2016
  docker run --rm --network "$1" --entrypoint timeout $CLIENT 5 bash -c '
    url=$(grep -rhoE "https?://[^/ ]+" /etc/apt/sources.list /etc/apt/sources.list.d | head -n 1)
    host=${url#*://} port=80
    case $url in https:*) port=443 ;; esac
    case $host in *:*) port=${host#*:} host=${host%:*} ;; esac
    </dev/tcp/$host/$port' 2>/dev/null
}

try_the_tiers() {
  local tier service port target
  for service in mysql:3306 redis:6379; do
    port=${service#*:} service=${service%:*}
    target=$(address "$(one $service)" data)
    can_reach "$(own_network data)" $service "$port" || fail "the app tier cannot reach $service"
    for tier in "$(own_network edge)" "$(own_network app)" bridge; do
      ! can_reach "$tier" $service "$port" || fail "$service can be reached by its name from $tier"
      ! can_reach "$tier" "$target" "$port" || fail "$service can be reached by its address from $tier"
    done
    expect "map[]" docker inspect -f '{{.HostConfig.PortBindings}}' "$(one $service)"
  done
  gets_out "$(own_network app)" || fail "the app tier has no way out"
  ! gets_out "$(own_network data)" || fail "the data tier has a way out"
  can_reach "$(own_network edge)" web 8000 || fail "web cannot be reached from the edge"
  ! can_reach "$(own_network edge)" worker 8000 || fail "the worker listens"
  # shellcheck disable=SC2016
  if docker compose exec -T mysql sh -c 'MYSQL_PWD=$(cat /run/secrets/db_password) mysql -h127.0.0.1 -udaybook --ssl-mode=DISABLED -e "SELECT 1"' \
    >/dev/null 2>&1; then fail "MySQL talks without TLS"; fi
  expect "SSL/TLS" sql_root "SELECT DISTINCT CONNECTION_TYPE FROM performance_schema.threads WHERE PROCESSLIST_USER = 'daybook' AND PROCESSLIST_HOST <> 'localhost'"
}

# A container in the edge with an address that we know pretends another one.
forge_addresses() { # direct or proxied
  local service=web id own line
  [ "$1" = direct ] || service=proxy
  id=$(docker run -d --rm --network "$(own_network edge)" --entrypoint sleep $CLIENT 60)
  own=$(address "$id" edge)
  docker exec "$id" bash -c "exec 3<>/dev/tcp/$service/8000
    printf 'GET /sign-in?forged HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.7\r\nForwarded: for=203.0.113.7\r\nX-Real-IP: 203.0.113.7\r\nConnection: close\r\n\r\n' >&3
    grep -q ' 200 OK' <&3" || fail "no answer to the forger"
  docker rm -f "$id" >/dev/null
  line=$(logs web | grep sign-in | tail -n 1)
  grep -q "client=$own" <<<"$line" || fail "the log does not show the true address $own: $line"
  if grep -qF 203.0.113.7 <<<"$(logs)"; then fail "the forged address is in the log"; fi
  echo "   ${line:0:200}"
}
