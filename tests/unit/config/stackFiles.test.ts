import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { projectRoot } from "../../../src/cli/project.ts";
import { readStackConfig } from "../../../src/cli/stackFile.ts";
import { configKeys } from "../../../src/config/configKeys.ts";
import { namespace } from "../../../src/config/configReader.ts";
import { parseEnvironment } from "../../../src/config/parseEnvironment.ts";
import { secretKeys } from "../../../src/config/secrets.ts";

const setting = z.strictObject({
    type: z.enum(["string", "integer", "boolean", "array"]),
    items: z.strictObject({ type: z.literal("string") }).optional(),
    description: z.string().min(20),
    default: z.unknown(),
});
const project = z
    .object({ name: z.string(), main: z.string(), config: z.record(z.string(), setting) })
    .parse(parse(readFileSync(join(projectRoot, "Pulumi.yaml"), "utf8")));

/** A fixed list, because a developer can have files of other stacks in the same folder. */
const stackFiles = ["dev", "prod"];

/** The declared type's own kind of default. */
function typeOf(value: unknown): string {
    return Array.isArray(value) ? "array" : Number.isInteger(value) ? "integer" : typeof value;
}

describe("Pulumi.yaml", () => {
    it("declares every key that the program knows, but the secrets, and no other", () => {
        const secrets: readonly string[] = secretKeys;
        const expected = configKeys
            .filter((key) => !secrets.includes(key))
            .map((key) => `${namespace}:${key}`);
        expect(Object.keys(project.config).sort()).toEqual([...expected].sort());
    });

    it.each(Object.entries(project.config))("gives %s a default of its declared type", (_, declared) => {
        expect(typeOf(declared.default)).toBe(declared.type);
        expect(declared.items !== undefined).toBe(declared.type === "array");
    });

    it("has the project's name as the namespace of its keys", () => {
        expect(project.name).toBe(namespace);
    });
});

describe("the committed stack files", () => {
    it.each(stackFiles)("make %s an environment together with the defaults", async (stack) => {
        expect(parseEnvironment(stack, await readStackConfig(stack)).stack).toBe(stack);
    });

    it.each(stackFiles)("hold for %s only keys that Pulumi.yaml declares, so no password", async (stack) => {
        const text = await readFile(join(projectRoot, `Pulumi.${stack}.yaml`), "utf8");
        const { config } = z.object({ config: z.record(z.string(), z.unknown()) }).parse(parse(text));
        expect(Object.keys(config).filter((key) => !(key in project.config))).toEqual([]);
    });
});
