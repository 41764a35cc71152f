import { type DebianImage, importDebianImage, type Report } from "@spot-messaging/local/images";
import type Docker from "dockerode";

/** What a machine of a cluster has: the container runtime and what kubelet, kube-proxy and kube-router call. */
const image: DebianImage = {
    name: "spot-messaging/cluster-machine:trixie",
    suite: "trixie",
    packages: [
        ...["containerd", "runc", "containernetworking-plugins", "etcd-server", "ca-certificates"],
        ...["conntrack", "ipset", "iptables", "nftables", "iproute2", "kmod", "mount", "openssl", "procps"],
    ],
    instructions: ["ENV LANG=C.UTF-8"],
};

/**
 * Makes sure that the Docker Engine has an image for the machines of a cluster, built from Debian's packages.
 * @returns its name
 */
export async function ensureMachineImage(docker: Docker, report: Report): Promise<string> {
    await importDebianImage(docker, image, report);
    return image.name;
}
