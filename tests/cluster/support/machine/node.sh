#!/bin/bash
# A machine that runs pods. The environment: ADDRESS, SERVICES (the Services' range), PODS (all pods' range).
. /run/cluster/machine/common.sh

configuration=/run/cluster/$NAME
sysctl --quiet --write net.ipv4.ip_forward=1
# The network of pods on the same machine is a bridge; policies apply to it, too.
sysctl --quiet --ignore --write net.bridge.bridge-nf-call-iptables=1

# To the pods of other machines.
while read -r range gateway; do
    [[ $gateway == "$ADDRESS" ]] || ip route replace "$range" via "$gateway"
done </run/cluster/routes
# Without a route of its own, a connection to a Service without endpoints would leave by the default route.
ip link add services type bridge && ip link set services up
ip route replace "$SERVICES" dev services
# Pods keep their addresses inside the cluster, because policies select by them.
iptables -t nat -C POSTROUTING -s "$PODS" ! -d "$PODS" -j MASQUERADE 2>/dev/null \
    || iptables -t nat -A POSTROUTING -s "$PODS" ! -d "$PODS" -j MASQUERADE

keep_running containerd --config "$configuration/containerd.toml"
keep_running /programs/kubelet --config="$configuration/kubelet.yaml" --kubeconfig="$configuration/kubelet.kubeconfig" \
    --hostname-override="$NAME" --node-ip="$ADDRESS"
keep_running /programs/kube-proxy --config="$configuration/kube-proxy.yaml"
keep_running /programs/kube-router --run-router=false --run-service-proxy=false --run-firewall=true \
    --kubeconfig="$configuration/kube-router.kubeconfig" --hostname-override="$NAME" \
    --service-cluster-ip-range="$SERVICES" --health-port=0
wait
