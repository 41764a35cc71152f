/** The Services' range. The first address is that of the API server, the tenth that of the name server. */
export const serviceRange = "10.96.0.0/16";
export const nameServerAddress = "10.96.0.10";
export const clusterDomain = "cluster.local";

/**
 * The addresses of a cluster. Docker lets only addresses of a network's own range pass where it has no way to the outside, so that machines
 * and pods share one.
 */
export interface Ranges {
    /** Of the network. */
    readonly all: string;
    /** All pods; every machine has a part of it. */
    readonly pods: string;
    readonly control: string;
    readonly node: (index: number) => string;
    readonly podsOf: (index: number) => string;
}

/** @param second the second number of all addresses */
export function rangesOf(second: number): Ranges {
    return {
        all: `10.${second}.0.0/16`,
        pods: `10.${second}.128.0/17`,
        control: `10.${second}.0.10`,
        node: (index) => `10.${second}.0.${11 + index}`,
        podsOf: (index) => `10.${second}.${129 + index}.0/24`,
    };
}

/** A machine that runs pods. */
export interface NodeConfiguration {
    /** The machine's folder below `/run/cluster`. */
    readonly folder: string;
    readonly name: string;
    readonly address: string;
    /** The range of its pods. */
    readonly pods: string;
    /** The range of all pods. */
    readonly allPods: string;
    /** The image of the process that holds a pod's namespaces. */
    readonly pauseImage: string;
}

/** The files of a machine that runs pods, by name. */
export function nodeFiles(node: NodeConfiguration): Readonly<Record<string, string>> {
    return {
        "containerd.toml": containerdToml(node),
        "cni/10-pods.conflist": JSON.stringify(podNetwork(node)),
        // JSON is YAML.
        "kubelet.yaml": JSON.stringify(kubeletConfiguration(node)),
        "kube-proxy.yaml": JSON.stringify(proxyConfiguration(node)),
        // Pods know no name outside the cluster.
        "resolv.conf": "",
    };
}

function containerdToml({ folder, pauseImage }: NodeConfiguration): string {
    return `version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  disable_apparmor = true
  # runc may not make a process less likely to be killed than its parent without the capability SYS_RESOURCE.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${folder}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
`;
}

function podNetwork({ pods }: NodeConfiguration): unknown {
    return {
        cniVersion: "1.0.0",
        name: "pods",
        plugins: [
            {
                type: "bridge",
                bridge: "pods",
                isGateway: true,
                hairpinMode: true,
                ipam: {
                    type: "host-local",
                    // Emptied by a reboot, as the pods are.
                    dataDir: "/run/cni",
                    ranges: [[{ subnet: pods }]],
                    routes: [{ dst: "0.0.0.0/0" }],
                },
            },
            { type: "portmap", capabilities: { portMappings: true } },
        ],
    };
}

function kubeletConfiguration({ folder, address }: NodeConfiguration): unknown {
    return {
        apiVersion: "kubelet.config.k8s.io/v1beta1",
        kind: "KubeletConfiguration",
        address,
        healthzPort: 0,
        // Only the machines of this test reach it.
        authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
        authorization: { mode: "AlwaysAllow" },
        cgroupDriver: "cgroupfs",
        failSwapOn: false,
        failCgroupV1: false,
        clusterDomain,
        clusterDNS: [nameServerAddress],
        resolvConf: `${folder}/resolv.conf`,
        containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
        // An image that was removed cannot be pulled again.
        imageGCHighThresholdPercent: 100,
        imageGCLowThresholdPercent: 99,
        evictionHard: {
            "memory.available": "100Mi",
            "nodefs.available": "500Mi",
            "imagefs.available": "500Mi",
        },
        serializeImagePulls: false,
    };
}

function proxyConfiguration({ folder, name, address, allPods }: NodeConfiguration): unknown {
    return {
        apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
        kind: "KubeProxyConfiguration",
        clientConnection: { kubeconfig: `${folder}/kube-proxy.kubeconfig` },
        mode: "iptables",
        clusterCIDR: allPods,
        hostnameOverride: name,
        bindAddress: address,
        healthzBindAddress: "127.0.0.1:10256",
        metricsBindAddress: "127.0.0.1:10249",
        // These settings are the machine's, not the container's.
        conntrack: { maxPerCore: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
        iptables: { minSyncPeriod: "100ms" },
    };
}
