import { readFile } from "node:fs/promises";
import * as pulumi from "@pulumi/pulumi";
import { compile, type DeclarationInput, declare } from "@spot-messaging/topology";
import { check } from "@spot-messaging/topology/check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import config from "../../../examples/shop/topology.config.ts";
import { topology } from "../../../examples/shop/topology.ts";
import { toDefinitions } from "../../../packages/topology/src/definitions/definitions.ts";
import { declaredBy } from "../program/declared.ts";
import { record } from "../program/recorder.ts";

const folder = new URL("../../../examples/", import.meta.url);

describe("the example of a shop", () => {
    it("declares on the broker, object by object, what its topology says", async () => {
        const registrations = await record("dev", async () => {
            pulumi.runtime.setAllConfig({
                "spot-messaging:endpoint": "http://127.0.0.1:15672",
                "spot-messaging:username": "administrator",
                "spot-messaging:password": "pa55word",
            });
            await import("../../../examples/shop/index.ts");
        });
        expect(declaredBy(registrations)).toEqual(toDefinitions(topology));
    });

    it("has a topology without errors or warnings", () => {
        expect(check(topology).filter(({ severity }) => severity !== "note")).toEqual([]);
    });

    it("shows that topology to the command", async () => {
        expect(await config.topologyOf("dev")).toBe(topology);
    });

    it.each(["index.ts", "topology.ts", "topology.config.ts"])("is short: %s", async (file) => {
        const text = await readFile(new URL(`shop/${file}`, folder), "utf8");
        expect(text.split("\n").length).toBeLessThanOrEqual(41);
    });

    it("is the same in YAML", async () => {
        const program: unknown = parse(await readFile(new URL("yaml/Pulumi.yaml", folder), "utf8"));
        const { resources } = z
            .object({
                resources: z.object({
                    shop: z.object({ properties: z.object({ vhosts: z.array(z.unknown()) }) }),
                }),
            })
            .parse(program);
        const vhosts = resources.shop.properties.vhosts as readonly DeclarationInput[]; // declare() reads them
        expect(compile(vhosts.map(declare), "4.3")).toEqual(topology);
    });
});
