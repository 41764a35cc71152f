import { describe, expect, it } from "vitest";
import { found } from "../../../../tests/unit/found.ts";
import {
    type BrokerFile,
    brokerFiles,
    launcherFile,
    type NodeSettings,
    rabbitmqConf,
} from "../../src/docker/brokerFiles.ts";

const settings: NodeSettings = {
    clusterName: "spot-dev",
    host: "spot-dev-rabbitmq-0",
    hosts: ["spot-dev-rabbitmq-0"],
    adminUser: "spot-admin",
    adminPassword: "pa55word",
    erlangCookie: "c00kie",
};

function fileAt(place: string): BrokerFile {
    return found(
        brokerFiles(settings).find(({ file }) => file === place),
        place,
    );
}

// That a broker accepts these lines is for the live tests to show.
describe("rabbitmqConf", () => {
    it("is exactly these lines for one node", () => {
        expect(rabbitmqConf(settings).split("\n")).toEqual([
            "cluster_name = spot-dev",
            "listeners.tcp.default = 5672",
            "management.tcp.port = 15672",
            "management.tcp.request_timeout = 120000",
            "management.tcp.idle_timeout = 120000",
            "prometheus.tcp.port = 15692",
            "default_user = spot-admin",
            "default_pass = pa55word",
            "anonymous_login_user = none",
            "default_queue_type = quorum",
            "max_message_size = 16777216",
            "disk_free_limit.absolute = 1GB",
            "vm_memory_high_watermark.absolute = 1GB",
            "raft.wal_max_size_bytes = 64000000",
            "log.console = true",
            "log.console.level = info",
            "log.file = false",
            "cluster_formation.peer_discovery_backend = classic_config",
            "cluster_formation.classic_config.nodes.1 = rabbit@spot-dev-rabbitmq-0",
            "cluster_formation.target_cluster_size_hint = 1",
            "",
        ]);
    });

    it("names every node of three, in the same order for each of them", () => {
        const hosts = ["a", "b", "c"];
        const [first, ...others] = hosts.map((host) => rabbitmqConf({ ...settings, host, hosts }));
        expect(first?.split("\n").filter((line) => line.startsWith("cluster_formation."))).toEqual([
            "cluster_formation.peer_discovery_backend = classic_config",
            "cluster_formation.classic_config.nodes.1 = rabbit@a",
            "cluster_formation.classic_config.nodes.2 = rabbit@b",
            "cluster_formation.classic_config.nodes.3 = rabbit@c",
            "cluster_formation.target_cluster_size_hint = 3",
        ]);
        expect(others).toEqual([first, first]);
    });
});

describe("brokerFiles", () => {
    it("are exactly these, and those with secrets are for the owner alone", () => {
        expect(brokerFiles(settings).map(({ file, permissions }) => [file, permissions])).toEqual([
            ["/etc/rabbitmq/rabbitmq.conf", "0600"],
            ["/etc/rabbitmq/rabbitmq-env.conf", "0644"],
            ["/etc/rabbitmq/enabled_plugins", "0644"],
            ["/etc/rabbitmq/erlang.cookie", "0600"],
            ["/etc/rabbitmq/launch.sh", "0644"],
        ]);
        const open = brokerFiles(settings).filter(({ permissions }) => permissions !== "0600");
        expect(open.filter(({ content }) => /pa55word|c00kie/.test(content))).toEqual([]);
    });

    it.each([
        ["/etc/rabbitmq/rabbitmq.conf", rabbitmqConf(settings)],
        ["/etc/rabbitmq/rabbitmq-env.conf", "NODENAME=rabbit@spot-dev-rabbitmq-0\n"],
        ["/etc/rabbitmq/enabled_plugins", "[rabbitmq_management,rabbitmq_prometheus].\n"],
        ["/etc/rabbitmq/erlang.cookie", "c00kie"],
    ])("put into %s exactly what belongs there", (place, content) => {
        expect(fileAt(place).content).toBe(content);
    });

    it("let the launcher stop at the first error and become the broker, as the broker's user", () => {
        const lines = fileAt(launcherFile).content.split("\n");
        expect(lines.slice(0, 2)).toEqual(["#!/bin/sh", "set -e"]);
        expect(lines.filter((line) => line.startsWith("exec "))).toEqual([
            "exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups \\",
        ]);
        expect(lines.at(-2)?.endsWith(" rabbitmq-server")).toBe(true);
        expect(lines.filter((line) => line.includes("management"))).toEqual([]);
    });

    it("let the launcher bind the management API and the metrics to one network, or not start", () => {
        const separated = brokerFiles({ ...settings, managementHost: "spot-dev-rabbitmq-0-management" });
        const launcher = found(
            separated.find(({ file }) => file === launcherFile),
            "the launcher",
        );
        expect(launcher.content.split("\n").slice(1, 6)).toEqual([
            "set -e",
            'address=$(getent ahostsv4 spot-dev-rabbitmq-0-management | head -n 1 | cut -d " " -f 1)',
            'test -n "$address"',
            "mkdir -p /etc/rabbitmq/conf.d",
            `printf 'management.tcp.ip = %s\\nprometheus.tcp.ip = %s\\n' "$address" "$address" >/etc/rabbitmq/conf.d/90-management.conf`,
        ]);
    });
});
