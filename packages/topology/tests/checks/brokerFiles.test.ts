import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { check } from "../../src/checks/index.ts";
import { parseTopology } from "../../src/definitions/parseTopology.ts";
import { importVerdict } from "../../src/import/importVerdict.ts";
import type { BrokerVersion } from "../../src/model/index.ts";

const folder = new URL("../cases/", import.meta.url);

function read(name: string): ReturnType<typeof parseTopology> {
    return parseTopology(readFileSync(new URL(`${name}.json`, folder), "utf8"));
}

/** The errors and warnings of a file, each by its rule and place, and whether the broker imports it. */
function findings(name: string, target?: BrokerVersion): readonly string[] {
    const { topology, document } = read(name);
    const version = target ?? topology.brokerVersion;
    return [
        ...check(topology, { target: version })
            .filter(({ severity }) => severity !== "note")
            .map(({ rule, place, message }) => `${rule} ${place}: ${message}`),
        `import: ${importVerdict(document, version).outcome}`,
    ];
}

describe("files of brokers with plugins", () => {
    it.each<readonly [string, BrokerVersion | undefined, readonly string[]]>([
        ["pluginExchanges", undefined, ["import: conditional"]],
        ["communityExchanges", undefined, ["import: conditional"]],
        [
            "communityExchanges",
            "4.3",
            [
                'missingPlugin vhost "shop": exchange "later": has type "x-delayed-message", which needs the plugin rabbitmq_delayed_message_exchange; no build of it for RabbitMQ 4.3 is known',
                'missingPlugin vhost "shop": exchange "once": has type "x-message-deduplication", which needs the plugin rabbitmq_message_deduplication; no build of it for RabbitMQ 4.3 is known',
                'missingPlugin vhost "shop": exchange "reverse": has type "x-rtopic", which needs the plugin rabbitmq_rtopic_exchange; no build of it for RabbitMQ 4.3 is known',
                "import: conditional",
            ],
        ],
        ["superStream", undefined, ["import: accepted"]],
        [
            "shovels",
            undefined,
            [
                'lossyShovel vhost "stock": shovel "away": has "ack-mode" "no-ack", so messages on their way are lost if it fails',
                "import: conditional",
            ],
        ],
        [
            "federation",
            undefined,
            [
                'danglingReference vhost "shop": federation upstream set "both": federation upstream "sout" does not exist',
                'unusedUpstream vhost "shop": federation upstream "idle": no policy leads to it, so no message arrives from it',
                "import: conditional",
            ],
        ],
        [
            "shovelMistakes",
            undefined,
            [
                'danglingReference vhost "/": shovel "missing": source exchange "lost" does not exist',
                'danglingReference vhost "/": shovel "missing": virtual host of the destination "shopp" does not exist',
                'danglingReference vhost "/": shovel "predeclared": source queue "sr" does not exist',
                'shovelCycle vhost "/": shovel "back": moves messages in an endless circle with other shovels: "ring"',
                'shovelCycle vhost "/": shovel "self": moves messages to its own source, in an endless circle',
                'implicitShovelVhost vhost "shop": shovel "elsewhere": the URI of its source names no virtual host, which means queue "src" in vhost "/"',
                'lossyShovel vhost "/": shovel "predeclared": has "ack-mode" "no-ack", so messages on their way are lost if it fails',
                'shovelWithoutReconnect vhost "/": shovel "missing": has "reconnect-delay" 0, so it stops at its first failure and does not start again',
                'undeclaredShovelQueue vhost "/": shovel "misspelt": destination queue "dst" is not declared in vhost "/": the shovel declares it, with type classic',
                'undeclaredShovelQueue vhost "/": shovel "misspelt": source queue "scr" is not declared in vhost "/": the shovel declares it, with type classic',
                'undeclaredShovelQueue vhost "shop": shovel "elsewhere": destination queue "src" is not declared in vhost "shop": the shovel declares it, with type classic',
                "import: conditional",
            ],
        ],
    ])("have these errors and warnings: %s for %s", (name, target, expected) => {
        expect(findings(name, target)).toEqual(expected);
    });

    it.each(readdirSync(folder).filter((name) => name.startsWith("shovel") || name === "federation.json"))(
        "keep their parameters without passwords, with their places: %s",
        (file) => {
            const { topology, origins, problems } = read(file.replace(/\.json$/, ""));
            const written = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as {
                readonly parameters: readonly { readonly name: string }[];
            };
            const names = written.parameters.map(({ name }) => name).sort();
            expect((topology.parameters ?? []).map(({ name }) => name).sort()).toEqual(names);
            expect(origins.entries().filter(({ list }) => list === "parameters")).toHaveLength(names.length);
            expect(JSON.stringify(topology)).not.toContain("s3cr3t");
            expect(problems.filter(({ rule }) => rule === "uncheckedContent")).toEqual([]);
        },
    );
});
