import { describe, expect, it } from "vitest";
import { sampleTopology } from "../../../../tests/support/sampleTopology.ts";
import { documentOf, parseJson } from "../../src/definitions/jsonDocument.ts";
import { parseTopology } from "../../src/definitions/parseTopology.ts";
import { parseSnapshot, renderSnapshot } from "../../src/definitions/snapshot.ts";
import { brokerVersions } from "../../src/model/index.ts";
import { validTopologies } from "../checks/mutation/validTopologies.ts";

describe("a snapshot", () => {
    it.each(brokerVersions)("of the dev stack on %s is read back unchanged", (version) => {
        const topology = sampleTopology(version);
        const { topology: back, problems } = parseTopology(renderSnapshot("dev", topology));
        expect(problems).toEqual([]);
        expect(back).toEqual(topology);
    });

    it("with shovels, federation and global parameters is read back unchanged", () => {
        const topology = {
            ...validTopologies.linked,
            globalParameters: [{ name: "mqtt_port_to_vhost_mapping", value: { "1883": "shop" } }],
        };
        const { topology: back, problems } = parseTopology(renderSnapshot("dev", topology));
        expect(problems).toEqual([]);
        expect(back).toEqual(topology);
    });

    it("has the same text however its keys are ordered", () => {
        const topology = sampleTopology("4.3");
        const reordered = Object.fromEntries(
            Object.entries(topology).reverse(),
        ) as unknown as typeof topology;
        expect(renderSnapshot("dev", reordered)).toBe(renderSnapshot("dev", topology));
    });

    it("knows the place of its objects", () => {
        const text = renderSnapshot("dev", sampleTopology("4.3"));
        const { origins, document } = parseTopology(text);
        const [origin] = origins.entries().filter(({ list }) => list === "queues");
        const line = document.positionOf(origin?.path ?? [])?.line ?? 0;
        expect(
            text
                .split("\n")
                .slice(line - 1, line + 8)
                .join("\n"),
        ).toContain('"name": "admin.');
    });

    it("reports its problems with their objects, and is not checked", () => {
        const broken = JSON.parse(renderSnapshot("dev", sampleTopology("4.3"))) as {
            topology: { queues: object[] };
        };
        broken.topology.queues[2] = { ...broken.topology.queues[2], durable: "yes", surprise: 1 };
        const { topology, problems } = parseSnapshot(documentOf({ ...broken, format: 2 }));
        expect(problems.map(({ place, message }) => `${place}: ${message}`)).toEqual([
            'format: "format" is 2',
            expect.stringMatching(/^topology\.queues\[2\] "[^"]+": "durable" is "yes"$/),
            expect.stringMatching(/^topology\.queues\[2\] "[^"]+": /),
        ]);
        expect(topology.queues).toEqual([]);
    });

    it.each(["[]", '"x"', '{"format": 1}', '{"topology": null}'])("is not made of %s", (text) => {
        expect(parseSnapshot(parseJson(text)).problems).not.toEqual([]);
    });
});
