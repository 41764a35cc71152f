#!/bin/bash
# A machine with etcd and the control plane. The environment: ADDRESS, SERVICES (the Services' range), PODS (the pods' range).
. /run/cluster/machine/common.sh

keys=/run/cluster/keys
store=http://127.0.0.1:2379
# To webhooks and API servers in pods.
while read -r range gateway; do
    ip route replace "$range" via "$gateway"
done </run/cluster/routes

keep_running etcd --data-dir=/var/lib/etcd --listen-client-urls="$store" --advertise-client-urls="$store" --unsafe-no-fsync
keep_running /programs/kube-apiserver --etcd-servers="$store" \
    --bind-address="$ADDRESS" --advertise-address="$ADDRESS" --secure-port=6443 --cert-dir="$keys" \
    --token-auth-file="$keys/tokens.csv" --authorization-mode=Node,RBAC \
    --enable-admission-plugins=NodeRestriction,PodSecurity --allow-privileged=true \
    --service-cluster-ip-range="$SERVICES" \
    --service-account-issuer=https://kubernetes.default.svc \
    --service-account-key-file="$keys/accounts.pub" --service-account-signing-key-file="$keys/accounts.key" \
    --client-ca-file="$keys/front-proxy.crt" --requestheader-client-ca-file="$keys/front-proxy.crt" --requestheader-allowed-names=front-proxy \
    --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group \
    --requestheader-extra-headers-prefix=X-Remote-Extra- \
    --proxy-client-cert-file="$keys/front-proxy.crt" --proxy-client-key-file="$keys/front-proxy.key" \
    --enable-aggregator-routing=true --kubelet-preferred-address-types=InternalIP \
    --audit-policy-file="$keys/audit.json" --audit-log-path=/run/cluster/audit.log
keep_running /programs/kube-controller-manager --kubeconfig="$keys/kube-controller-manager.kubeconfig" \
    --authentication-kubeconfig="$keys/kube-controller-manager.kubeconfig" \
    --authorization-kubeconfig="$keys/kube-controller-manager.kubeconfig" \
    --bind-address=127.0.0.1 --leader-elect=false --use-service-account-credentials=true \
    --service-account-private-key-file="$keys/accounts.key" --root-ca-file="$keys/apiserver.crt" \
    --cluster-cidr="$PODS" --allocate-node-cidrs=false
keep_running /programs/kube-scheduler --kubeconfig="$keys/kube-scheduler.kubeconfig" \
    --authentication-kubeconfig="$keys/kube-scheduler.kubeconfig" \
    --authorization-kubeconfig="$keys/kube-scheduler.kubeconfig" --bind-address=127.0.0.1 --leader-elect=false
wait
