# Sourced by the machines' start scripts. The environment: NAME of the machine.
set -u
logs=/run/cluster/logs/$NAME
mkdir -p "$logs"

# Without the capability SYS_RESOURCE, which a machine cannot have everywhere, a container is not "privileged"; its control groups are mounted
# read-only.
mount -o remount,bind,rw /sys
for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/*; do
    mountpoint --quiet "$hierarchy" && mount -o remount,bind,rw "$hierarchy"
done
# Mounts that kubelet makes for a pod reach the pod.
mount --make-rshared /

# Runs a program and starts it again when it ends, as a service manager does.
keep_running() {
    local program=$1
    while :; do
        "$@" >>"$logs/$(basename "$program").log" 2>&1
        sleep 1
    done &
}
