import { expect, it } from "vitest";
import { type EngineSituation, engineRemedy } from "../../src/images/containerEngine.ts";

const debianRoot = { platform: "linux", distribution: "debian", isRoot: true } as const;

it("starts an engine by itself as root on Debian", () => {
    expect(engineRemedy({ host: debianRoot })).toEqual({ kind: "start" });
});

it.each<[string, EngineSituation, string]>([
    [
        "an engine that DOCKER_HOST names and that is silent, even where one could be started",
        { host: debianRoot, dockerHost: "tcp://10.0.0.1:2375" },
        'container engine "tcp://10.0.0.1:2375": does not answer; start it, or unset DOCKER_HOST to use this machine\'s own',
    ],
    [
        "a socket that this user may not open",
        { host: { ...debianRoot, isRoot: false }, deniedSocket: "/var/run/docker.sock" },
        'container engine "/var/run/docker.sock": this user has no permission to use it; add the user to the group docker and log in again, or become root',
    ],
    [
        "Debian without root",
        { host: { ...debianRoot, isRoot: false } },
        'container engine "docker": does not run on this machine; install and start Docker Engine (https://docs.docker.com/get-docker/), or run this as root, which does both',
    ],
    [
        "another Linux",
        { host: { platform: "linux", distribution: "fedora", isRoot: true } },
        'container engine "docker": does not run on this machine; install and start Docker Engine (https://docs.docker.com/get-docker/)',
    ],
    [
        "macOS",
        { host: { platform: "darwin", isRoot: false } },
        'container engine "docker": does not run on this machine; install and start Docker Desktop (https://docs.docker.com/get-docker/)',
    ],
])("explains %s", (_, situation, sentence) => {
    expect(engineRemedy(situation)).toEqual({ kind: "explain", sentence });
});
