import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Docker from "dockerode";
import { afterEach, expect, it } from "vitest";
import { engineReason } from "../../src/images/engineProgress.ts";
import { isRefusal, pullImage } from "../../src/images/pullImage.ts";

let engine: Server | undefined;
afterEach(() => engine?.close());

/** A container engine whose every answer is this one. It does not prove what a real engine says. */
async function engineThatAnswers(status: number, lines: readonly object[]): Promise<Docker> {
    const server = createServer((_, response) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    });
    engine = server;
    await new Promise<void>((resolve) => {
        server.listen(0, "127.0.0.1", resolve);
    });
    const { port } = server.address() as AddressInfo; // a server on a port has no other kind of address
    return new Docker({ host: "127.0.0.1", port, protocol: "http" });
}

const name = "rabbitmq:4.3-management";

it("pulls", async () => {
    const docker = await engineThatAnswers(200, [{ status: "Pulling" }, { status: "Downloaded" }]);
    await expect(pullImage(docker, name, () => undefined)).resolves.toEqual({ kind: "pulled" });
});

it.each([
    [500, [{ message: 'Get "https://r/v2/": dial tcp: lookup r: no such host' }]],
    [200, [{ status: "Pulling" }, { error: 'Get "https://r/v2/": dial tcp: lookup r: no such host' }]],
])("takes a registry that cannot be reached for an outcome (status %i)", async (status, lines) => {
    const docker = await engineThatAnswers(status, lines);
    await expect(pullImage(docker, name, () => undefined)).resolves.toEqual({
        kind: "unreachable",
        reason: 'Get "https://r/v2/": dial tcp: lookup r: no such host',
    });
});

it("refuses an image that the registry does not have", async () => {
    const docker = await engineThatAnswers(404, [
        { message: "manifest for rabbitmq:9 not found: manifest unknown" },
    ]);
    await expect(pullImage(docker, "rabbitmq:9", () => undefined)).rejects.toThrow(
        'image "rabbitmq:9": manifest for rabbitmq:9 not found: manifest unknown; correct its name, or log in to its registry',
    );
});

it.each([
    ["manifest for rabbitmq:9 not found: manifest unknown: manifest unknown", true],
    [
        "pull access denied for spot/x, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
        true,
    ],
    ["unauthorized: authentication required", true],
    ["toomanyrequests: You have reached your pull rate limit", false],
    ["dial tcp 127.0.0.1:1: connect: connection refused", false],
    ["net/http: TLS handshake timeout", false],
    ["x509: certificate signed by unknown authority", false],
])("tells a refusal from a registry that cannot be used now: %s", (reason, refusal) => {
    expect(isRefusal(reason)).toBe(refusal);
});

it.each([
    ["(HTTP code 500) server error - no such host ", "no such host"],
    ["(HTTP code 404) no such image - manifest - unknown", "manifest - unknown"],
    ["socket hang up", "socket hang up"],
])("tells the engine's own words in %j", (message, words) => {
    expect(engineReason(new Error(message))).toBe(words);
});
