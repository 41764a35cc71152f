import { expect, it } from "vitest";
import { brokerSubstitute } from "../../src/images/brokerImage.ts";

const reason = "no such host";

it.each([
    ["4.3", "sid"],
    ["4.0", "trixie"],
] as const)("takes RabbitMQ %s from Debian %s, under the requested name", (version, suite) => {
    const image = `rabbitmq:${version}-management`;
    const { instructions, ...rest } = brokerSubstitute({ image, version }, reason, undefined);
    expect(rest).toEqual({ name: image, suite, packages: ["rabbitmq-server"] });
    expect(instructions).toContain(`LABEL org.opencontainers.image.version=${version}`);
});

it.each([
    [
        "a version that Debian does not have",
        { image: "rabbitmq:4.1-management", version: "4.1" },
        undefined,
        'image "rabbitmq:4.1-management": cannot be pulled (no such host), and Debian has no RabbitMQ 4.1; let this machine reach the registry, bring the image with "docker load", or choose version 4.0 or 4.3',
    ],
    [
        "another user's image",
        { image: "registry.example.com/rabbitmq:4.3", version: "4.3" },
        undefined,
        'image "registry.example.com/rabbitmq:4.3": cannot be pulled (no such host), and only an official image by tag can be replaced; let this machine reach the registry, bring the image with "docker load"',
    ],
    [
        "an image by digest",
        { image: "rabbitmq:4.3-management@sha256:0123", version: "4.3" },
        undefined,
        'image "rabbitmq:4.3-management@sha256:0123": cannot be pulled (no such host), and only an official image by tag can be replaced; let this machine reach the registry, bring the image with "docker load"',
    ],
    [
        "a machine that cannot build images",
        { image: "rabbitmq:4.3-management", version: "4.3" },
        "building it from Debian's packages needs root on Debian",
        'image "rabbitmq:4.3-management": cannot be pulled (no such host), and building it from Debian\'s packages needs root on Debian; let this machine reach the registry, bring the image with "docker load"',
    ],
] as const)("explains that %s cannot be replaced", (_, broker, unable, sentence) => {
    expect(() => brokerSubstitute(broker, reason, unable)).toThrow(sentence);
});
