import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { projectName, projectRoot } from "../../../src/cli/project.ts";
import type { RawConfig } from "../../../src/config/configReader.ts";

const project = z.looseObject({ config: z.record(z.string(), z.looseObject({ type: z.string() })) });

/** Values as the YAML of a stack file, each of the type that Pulumi.yaml declares; secrets, which it does not, are texts. */
export async function stackValues(values: RawConfig): Promise<Readonly<Record<string, string>>> {
    const { config } = project.parse(parse(await readFile(join(projectRoot, "Pulumi.yaml"), "utf8")));
    return Object.fromEntries(
        Object.entries(values).flatMap(([key, value]) => {
            const type = config[`${projectName}:${key}`]?.type ?? "string";
            if (value === "") {
                return [];
            }
            return [[key, type === "string" ? JSON.stringify(value) : value]];
        }),
    );
}
