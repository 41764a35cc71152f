import { extract } from "tar-stream";
import { describe, expect, it } from "vitest";
import { type ContainerInputs, containerInputs } from "../src/handlers/containerInputs.ts";
import { containerSettings } from "../src/handlers/containerSettings.ts";
import { uploadArchive } from "../src/handlers/containerUploads.ts";
import { goNanoseconds, isGoDuration } from "../src/handlers/goDuration.ts";
import { inputProblems } from "../src/inputProblems.ts";

function parse(inputs: Readonly<Record<string, unknown>>): ContainerInputs {
    return containerInputs.parse({ image: "rabbitmq:4", ...inputs });
}

function problem(inputs: Readonly<Record<string, unknown>>): string {
    const { error } = containerInputs.safeParse({ image: "rabbitmq:4", ...inputs });
    return error === undefined ? "" : inputProblems(error, "dev");
}

const owner = { "spot-messaging.run": "local" };

/** Without what is undefined, as the Docker Engine gets it. */
function requestFor(inputs: Readonly<Record<string, unknown>>): unknown {
    return JSON.parse(JSON.stringify(containerSettings(parse(inputs), "broker", owner)));
}

describe("the create request", () => {
    it("has the real provider's defaults", () => {
        expect(requestFor({})).toEqual({
            name: "broker",
            Image: "rabbitmq:4",
            Labels: owner,
            ExposedPorts: {},
            Volumes: {},
            HostConfig: {
                Init: false,
                ReadonlyRootfs: false,
                Privileged: false,
                RestartPolicy: { Name: "no", MaximumRetryCount: 0 },
                NetworkMode: "bridge",
                PortBindings: {},
                Binds: [],
                Mounts: [],
            },
        });
    });

    it("carries every supported input, in Docker's units", () => {
        expect(
            requestFor({
                hostname: "rabbit-1",
                domainname: "local",
                entrypoints: ["/bin/sh"],
                command: ["-c", "true"],
                envs: ["A=1"],
                user: "root",
                workingDir: "/srv",
                groupAdds: ["audio"],
                tty: true,
                stdinOpen: true,
                init: true,
                readOnly: true,
                capabilities: { adds: ["NET_ADMIN"], drops: ["ALL"] },
                securityOpts: ["no-new-privileges:true"],
                sysctls: { "net.core.somaxconn": "1024" },
                tmpfs: { "/tmp": "size=64m" },
                ulimits: [{ name: "nofile", soft: 1024, hard: 4096 }],
                memory: 512,
                memoryReservation: 256,
                memorySwap: -1,
                shmSize: 64,
                cpuShares: 512,
                cpuSet: "0",
                cpus: "1.5",
                restart: "on-failure",
                maxRetryCount: 3,
                stopSignal: "SIGTERM",
                stopTimeout: 30,
                destroyGraceSeconds: 5,
                removeVolumes: true,
                labels: [
                    { label: "purpose", value: "test" },
                    { label: "spot-messaging.run", value: "another user's" },
                ],
                logDriver: "json-file",
                logOpts: { "max-size": "10m" },
                networksAdvanced: [
                    { name: "net", aliases: ["rabbit"], ipv4Address: "10.0.0.5" },
                    { name: "other" },
                ],
                dns: ["1.1.1.1"],
                hosts: [{ host: "mail", ip: "10.0.0.9" }],
                ports: [
                    { internal: 5672, external: 5673, ip: "127.0.0.1" },
                    { internal: 5672, external: 5674 },
                    { internal: 53, protocol: "udp" },
                ],
                volumes: [
                    { volumeName: "data", containerPath: "/var/lib/rabbitmq" },
                    { hostPath: "/etc/ssl", containerPath: "/etc/ssl", readOnly: true },
                    { containerPath: "/scratch" },
                ],
                mounts: [{ type: "tmpfs", target: "/run", tmpfsOptions: { sizeBytes: 1024, mode: 511 } }],
                healthcheck: {
                    tests: ["CMD", "true"],
                    interval: "2s",
                    timeout: "1m30s",
                    startPeriod: "500ms",
                    startInterval: "250ms",
                    retries: 3,
                },
                wait: true,
                waitTimeout: 10,
                mustRun: true,
                start: true,
            }),
        ).toEqual({
            name: "broker",
            Image: "rabbitmq:4",
            Hostname: "rabbit-1",
            Domainname: "local",
            Entrypoint: ["/bin/sh"],
            Cmd: ["-c", "true"],
            Env: ["A=1"],
            User: "root",
            WorkingDir: "/srv",
            Tty: true,
            OpenStdin: true,
            StopSignal: "SIGTERM",
            StopTimeout: 30,
            Labels: { purpose: "test", "spot-messaging.run": "local" },
            ExposedPorts: { "5672/tcp": {}, "53/udp": {} },
            Volumes: { "/var/lib/rabbitmq": {}, "/etc/ssl": {}, "/scratch": {} },
            Healthcheck: {
                Test: ["CMD", "true"],
                Interval: 2e9,
                Timeout: 90e9,
                StartPeriod: 0.5e9,
                StartInterval: 0.25e9,
                Retries: 3,
            },
            NetworkingConfig: {
                EndpointsConfig: { net: { Aliases: ["rabbit"], IPAMConfig: { IPv4Address: "10.0.0.5" } } },
            },
            HostConfig: {
                Init: true,
                ReadonlyRootfs: true,
                Privileged: false,
                RestartPolicy: { Name: "on-failure", MaximumRetryCount: 3 },
                CapAdd: ["NET_ADMIN"],
                CapDrop: ["ALL"],
                SecurityOpt: ["no-new-privileges:true"],
                Sysctls: { "net.core.somaxconn": "1024" },
                Tmpfs: { "/tmp": "size=64m" },
                GroupAdd: ["audio"],
                Ulimits: [{ Name: "nofile", Soft: 1024, Hard: 4096 }],
                Memory: 512 * 1024 * 1024,
                MemoryReservation: 256 * 1024 * 1024,
                MemorySwap: -1,
                ShmSize: 64 * 1024 * 1024,
                CpuShares: 512,
                CpusetCpus: "0",
                NanoCpus: 1.5e9,
                LogConfig: { Type: "json-file", Config: { "max-size": "10m" } },
                NetworkMode: "net",
                Dns: ["1.1.1.1"],
                ExtraHosts: ["mail:10.0.0.9"],
                PortBindings: {
                    "5672/tcp": [
                        { HostIp: "127.0.0.1", HostPort: "5673" },
                        { HostIp: "0.0.0.0", HostPort: "5674" },
                    ],
                    "53/udp": [{ HostIp: "0.0.0.0", HostPort: "0" }],
                },
                Binds: ["data:/var/lib/rabbitmq:rw", "/etc/ssl:/etc/ssl:ro"],
                Mounts: [
                    {
                        Type: "tmpfs",
                        Target: "/run",
                        Source: "",
                        ReadOnly: false,
                        TmpfsOptions: { SizeBytes: 1024, Mode: 511 },
                    },
                ],
            },
        });
    });
});

describe("inputs that a local run would not put into effect", () => {
    it.each<[Readonly<Record<string, unknown>>, string]>([
        [
            { gpus: "all", ports: [{ internal: 1, hostInterface: "eth0" }] },
            'a local run does not support inputs "ports[0].hostInterface", "gpus"; leave them out or use pulumi up --stack dev',
        ],
        [{ rm: true }, 'input "rm" is wrong (Invalid input: expected false)'],
        [
            { networkMode: "host", networksAdvanced: [{ name: "net" }] },
            'its inputs are wrong ("networkMode" and "networksAdvanced" exclude each other in a local run)',
        ],
        [
            { uploads: [{ file: "/a", content: "x", contentBase64: "eA==" }] },
            'input "uploads[0]" is wrong (exactly one of "content" and "contentBase64" must be set)',
        ],
        [
            { uploads: [{ file: "a", content: "x" }] },
            'input "uploads[0].file" is wrong (not an absolute path)',
        ],
        [
            { uploads: [{ file: "/a", content: "x", permissions: "rw" }] },
            'input "uploads[0].permissions" is wrong (not an octal mode such as "0644")',
        ],
        [
            { healthcheck: { tests: ["CMD"], interval: "5" } },
            'input "healthcheck.interval" is wrong (not a duration such as "5s" or "1m30s")',
        ],
        [
            { mustRun: false },
            'its inputs are wrong ("mustRun" must be false exactly if "attach" is true or "start" is false: only such a container ends)',
        ],
        [
            { start: false },
            'its inputs are wrong ("mustRun" must be false exactly if "attach" is true or "start" is false: only such a container ends)',
        ],
        [
            { attach: true, mustRun: false, wait: true },
            'its inputs are wrong ("start: false", "attach" and "wait" exclude each other)',
        ],
        [{ cpus: "half" }, 'input "cpus" is wrong (not a number such as "1.5")'],
    ])("%j", (inputs, sentence) => {
        expect(problem(inputs)).toBe(sentence);
    });
});

describe("uploads", () => {
    it("become one archive with the given modes", async () => {
        const { uploads } = parse({
            uploads: [
                { file: "/etc/rabbitmq/cookie", content: "secret", permissions: "0400" },
                {
                    file: "/run.sh",
                    contentBase64: Buffer.from("#!/bin/sh\n").toString("base64"),
                    executable: true,
                },
                { file: "/etc/plain", content: "ü" },
            ],
        });
        const archive = extract();
        archive.end(await uploadArchive(uploads));
        const files: { name: string; mode: string; text: string }[] = [];
        for await (const entry of archive) {
            const chunks: Buffer[] = [];
            for await (const chunk of entry) {
                chunks.push(chunk as Buffer); // an archive's entries are bytes
            }
            const { name, mode } = entry.header;
            files.push({ name, mode: mode.toString(8), text: Buffer.concat(chunks).toString() });
        }
        expect(files).toEqual([
            { name: "etc/rabbitmq/cookie", mode: "400", text: "secret" },
            { name: "run.sh", mode: "744", text: "#!/bin/sh\n" },
            { name: "etc/plain", mode: "644", text: "ü" },
        ]);
    });
});

describe("durations", () => {
    it.each([
        ["0", true, 0],
        ["0s", true, 0],
        ["1m30s", true, 90e9],
        ["1.5h", true, 5400e9],
        ["250ms", true, 250e6],
        ["5", false, 0],
        ["", false, 0],
        ["1 s", false, 1e9],
        ["s", false, 0],
    ])("%j", (text, valid, nanoseconds) => {
        expect(isGoDuration(text)).toBe(valid);
        if (valid) {
            expect(goNanoseconds(text)).toBe(nanoseconds);
        }
    });
});
