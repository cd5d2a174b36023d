# Starts Dovecot and Postfix below $1, says "ready", and ends both and removes $1 when its own
# input ends, which happens when the test process is gone.
dir=$1
export PATH="$PATH:/usr/sbin:/sbin"
umask 022

# Postfix's own set-up takes two seconds; these are the directories it would make.
prepare() {
    chmod 755 "$dir" &&
        # Postfix waits for a file that changed within the last second to settle.
        touch -d 2020-01-01 "$dir/postfix/main.cf" "$dir/postfix/master.cf" &&
        install -d -o nobody -g nogroup -m 700 "$dir/mail" &&
        install -d -o postfix -m 700 "$dir/postfix-data" &&
        install -d -m 755 "$dir/postfix-queue" "$dir/postfix-queue/pid" &&
        (
            cd "$dir/postfix-queue" &&
                install -d -o postfix -m 700 active bounce corrupt defer deferred flush hold \
                    incoming maildrop private saved trace &&
                install -d -o postfix -m 755 public
        )
}

start() {
    prepare &&
        dovecot -c "$dir/dovecot.conf" &&
        "$(postconf -h -d daemon_directory)/master" -c "$dir/postfix" -w
}

# A process that has ended and waits for its parent has no program any more.
running() {
    for pid in $pids; do
        [ -e "/proc/$pid/exe" ] && return 0
    done
    return 1
}

stop() {
    pids=$(cat "$dir/dovecot/master.pid" "$dir/postfix-queue/pid/master.pid" 2>/dev/null)
    [ -z "$pids" ] || kill $pids 2>/dev/null
    waited=0
    while running && [ $waited -lt 50 ]; do
        sleep 0.1
        waited=$((waited + 1))
    done
    running && kill -9 $pids 2>/dev/null
    rm -rf "$dir"
}

if start </dev/null >"$dir/start.log" 2>&1; then
    echo ready
    cat >/dev/null
else
    cat "$dir"/*.log
fi
stop
