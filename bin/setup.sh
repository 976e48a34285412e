# Sourced by `run` and `test`: puts in place what the build needs, and does nothing when all of it is there.

# The least Rust that builds Daybook: rust-version in Cargo.toml.
need_rust() {
  local wanted have
  wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
  if ! command -v cargo >/dev/null; then
    die "Rust $wanted or newer is needed: see https://rustup.rs"
  fi
  have=$(rustc --version | cut -d' ' -f2)
  if [ "$(printf '%s\n' "$wanted" "$have" | sort -V | head -n 1)" != "$wanted" ]; then
    die "Rust $wanted or newer is needed, this is $have: rustup update stable"
  fi
}

# need_packages COMMAND-OR-FILE=PACKAGE...: installs the Debian packages whose command or file is missing.
need_packages() {
  local pair missing=()
  for pair in "$@"; do
    present "${pair%%=*}" || missing+=("${pair#*=}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  local sudo=()
  if ! command -v apt-get >/dev/null; then
    die "please install what Debian calls: ${missing[*]}"
  elif [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "please install, as root: apt-get install ${missing[*]}"
    sudo=(sudo)
  fi
  say "installing ${missing[*]}"
  # The servers among them are for the tests, which start their own: none is to run because it was installed.
  local policy=/usr/sbin/policy-rc.d
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | "${sudo[@]}" tee $policy >/dev/null
    "${sudo[@]}" chmod 755 $policy
    # shellcheck disable=SC2064
    trap "${sudo[*]} rm -f $policy" EXIT
  fi
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

present() {
  case $1 in
    /*) [ -e "$1" ] ;;
    *) PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null ;;
  esac
}

# need_npm [--omit=dev]: the packages of package-lock.json, if they are not the ones that are there.
need_npm() {
  local stamp=node_modules/.daybook
  if cmp -s package-lock.json "$stamp" && { [ $# -gt 0 ] || [ -e node_modules/lighthouse ]; }; then
    return 0
  fi
  say "installing npm packages"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error "$@" >/dev/null
  cp package-lock.json "$stamp"
}

# need_python LIST FOLDER: the Python packages of a list, in an environment of their own, if they are not the ones that are there.
need_python() {
  local list=$1 folder=$2
  if cmp -s "$list" "$folder/daybook.txt"; then return 0; fi
  need_packages python3=python3
  need_packages "$(python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')/ensurepip/__init__.py=python3-venv"
  say "installing the Python packages of $list"
  rm -rf "$folder"
  python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check -r "$list"
  cp "$list" "$folder/daybook.txt"
}

# What every build needs, and what the cargo feature mysql needs besides.
build_packages=(cc=gcc /usr/include/stdlib.h=libc6-dev npm=npm /etc/ssl/certs/ca-certificates.crt=ca-certificates)
# What the tests start.
test_packages=(mariadbd=mariadb-server redis-server=redis-server chromium=chromium chromedriver=chromium-driver)
mysql_packages=(c++=g++ cmake=cmake make=make pkg-config=pkg-config /usr/include/openssl/ssl.h=libssl-dev)

say() { printf 'daybook: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }
