import * as pulumi from "@pulumi/pulumi";
import { duration } from "@spot-messaging/topology";
import { describe, expect, it } from "vitest";
import { service } from "../../../packages/topology/src/model/index.ts";
import { DockerService } from "../../../src/services/dockerService.ts";
import { found } from "../found.ts";
import { passwordOf, record } from "./recorder.ts";

class Dependency extends pulumi.ComponentResource {}

const worker = service("v", "worker", {
    consumes: [
        { message: "job", queue: "jobs", prefetch: 1, jobLimit: duration("90 seconds") },
        { message: "admin", queue: "admin.worker", prefetch: 1, jobLimit: duration("10 seconds") },
    ],
});
const args = {
    service: worker,
    workload: { program: "work", replicas: 1, settings: {} },
    prefix: "spot",
    contract: "{}",
    vhost: "v",
    address: { hosts: ["a", "b"], port: 5672, tls: false },
    username: "worker",
    password: passwordOf("worker"),
    image: "image",
    replicas: 2,
    files: [],
    network: "network",
    networks: ["databases"],
    resolvesNames: false,
    filesVolume: "files",
    environment: { SPOT_CONNECTION: "/run/secrets/spot/connection.json" },
} as const;

describe("DockerService", () => {
    it("runs the service's program without privileges, and gives it time to finish its longest job", async () => {
        const registrations = await record("dev", () => {
            new DockerService("s", args);
            return Promise.resolve();
        });
        const containers = registrations.filter(({ type }) => type === "docker:index/container:Container");
        expect(containers.map(({ name, inputs }) => [name, inputs["name"]]).sort()).toEqual([
            ["s-0", "spot-worker-0"],
            ["s-1", "spot-worker-1"],
        ]);
        const { inputs, masked } = found(containers[0], "a container");
        const { healthcheck, name, ...rest } = inputs;
        expect(rest).toEqual({
            image: "image",
            command: ["work"],
            envs: [
                "SPOT_CONTRACT=/etc/spot/contract.json",
                "SPOT_DATA=/var/lib/spot",
                "SPOT_HEALTH=/tmp/spot-health",
                "SPOT_METRICS_PORT=9464",
                "SPOT_CONNECTION=/run/secrets/spot/connection.json",
            ],
            networksAdvanced: [{ name: "network", aliases: ["worker"] }, { name: "databases" }],
            dns: ["127.0.0.1"],
            ports: [],
            volumes: [
                { volumeName: "files", containerPath: "/etc/spot", readOnly: true },
                { volumeName: "files", containerPath: "/run/secrets/spot", readOnly: true },
                { volumeName: "spot-worker-data", containerPath: "/var/lib/spot" },
            ],
            readOnly: true,
            tmpfs: { "/tmp": "size=64m,mode=1777" },
            memory: 512,
            memorySwap: 512,
            ulimits: [{ name: "nproc", soft: 2_048, hard: 2_048 }],
            wait: true,
            waitTimeout: 300,
            restart: "unless-stopped",
            destroyGraceSeconds: 110,
            stopSignal: "SIGTERM",
            init: true,
            capabilities: { drops: ["ALL"] },
            securityOpts: ["no-new-privileges"],
        });
        expect(String(name)).toMatch(/^spot-worker-[01]$/);
        expect(healthcheck).toEqual({
            tests: ["CMD", "python3", "-S", "-m", "spot_health", "readiness"],
            interval: "5s",
            timeout: "5s",
            startPeriod: "1m0s",
            retries: 3,
        });
        expect(JSON.stringify(inputs)).not.toContain("pa55word");
        expect(masked).toEqual(inputs);
    });

    it.each([true, false])(
        "mounts the e-mails, read-only: %s, and resolves names only in networks of others",
        async (readOnly) => {
            const registrations = await record("dev", () => {
                new DockerService("s", { ...args, resolvesNames: true, mail: { volume: "mail", readOnly } });
                return Promise.resolve();
            });
            const [first] = registrations.filter(({ type }) => type === "docker:index/container:Container");
            const { inputs } = found(first, "a container");
            expect(inputs["dns"]).toBeUndefined();
            expect(inputs["volumes"]).toContainEqual({
                volumeName: "mail",
                containerPath: "/var/lib/spot-mail",
                readOnly,
            });
        },
    );

    // In the state, so that a destroy removes services before what they use; the order of creation does not show it.
    it("hands its dependencies down to every container", async () => {
        const handedDown: unknown[] = [];
        let dependency: Dependency | undefined;
        await record("dev", () => {
            dependency = new Dependency("test:index:Dependency", "dependency");
            new DockerService("s", args, {
                dependsOn: [dependency],
                transformations: [
                    ({ type, opts }) => {
                        if (type === "docker:index/container:Container") {
                            handedDown.push(opts.dependsOn);
                        }
                        return undefined;
                    },
                ],
            });
            return Promise.resolve();
        });
        expect(handedDown).toHaveLength(2);
        for (const each of handedDown) {
            expect(Array.isArray(each) && each.length === 1 && each[0] === dependency).toBe(true);
        }
    });
});
