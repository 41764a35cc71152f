import { pathToFileURL } from "node:url";
import { UsageError } from "@spot-messaging/topology";
import { isComponent } from "@spot-messaging/topology/definitions";
import { describeValue, suggestName } from "@spot-messaging/topology/text";
import { z } from "zod";
import { shownPath } from "./configFile.ts";
import { loadingError, refuseCommonJs } from "./loadingError.ts";
import type { TopologyConfig } from "./topologyConfig.ts";
import { runUserCode } from "./userCode.ts";

/** Loads a module by its absolute path. */
export type ImportModule = (file: string) => Promise<unknown>;

function importFile(file: string): Promise<unknown> {
    return import(pathToFileURL(file).href);
}

/**
 * Loads a configuration file.
 * @throws UsageError if it cannot be loaded, or with every way in which its export has the wrong form
 */
export async function loadConfig(
    file: string,
    importModule: ImportModule = importFile,
): Promise<TopologyConfig> {
    let module: DefaultExport | undefined;
    try {
        refuseCommonJs(file);
        module = await runUserCode(file, "loading it", async () => {
            const loaded = await importModule(file);
            const exported = defaultExport(loaded);
            return exported === undefined ? undefined : { value: await exported.value };
        });
    } catch (error) {
        throw loadingError(file, error);
    }
    if (module === undefined) {
        throw new UsageError(
            `${shownPath(file)}: has no default export; write export default defineConfig({ stacks, topologyOf })`,
        );
    }
    return parseConfig(module.value, shownPath(file));
}

interface DefaultExport {
    readonly value: unknown;
}

/** The default export of a module, also of one that a compiler wrote as CommonJS. */
function defaultExport(module: unknown): DefaultExport | undefined {
    if (typeof module !== "object" || module === null || !("default" in module)) {
        return undefined;
    }
    const value = module.default;
    return typeof value === "object" && value !== null && "__esModule" in value
        ? defaultExport({ ...value })
        : { value };
}

const method = z.custom<(stack: string) => never>((value) => typeof value === "function");

const configSchema = z.strictObject({
    project: z.string().min(1).optional(),
    stacks: z.custom<TopologyConfig["stacks"]>(
        (value) => Array.isArray(value) || typeof value === "function",
    ),
    topologyOf: method,
    component: z.custom<TopologyConfig["component"]>(isComponent).optional(),
    locate: method.optional(),
    brokerOf: method.optional(),
    passwordsOf: method.optional(),
});

const expected: Readonly<Record<string, string>> = {
    project: "write the project's name",
    stacks: 'list the names of all stacks, such as ["dev", "prod"], or write a function that returns them',
    topologyOf: "write a function that takes the name of a stack and returns its topology",
    component:
        'write the name that MessagingTopology has, and the names of its aliases: { name: "shop", aliases: [] }',
    locate: "write a function that takes the name of a stack and returns a function from a finding to its location",
    brokerOf: "write a function that takes the name of a stack and returns { endpoint, username, password }",
    passwordsOf: "write a function that takes the name of a stack and returns { user: password }",
};

function parseConfig(value: unknown, name: string): TopologyConfig {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw new UsageError(
            `${name}: its default export ${describeValue(value)}; write export default defineConfig({ stacks, topologyOf })`,
        );
    }
    const parsed = configSchema.safeParse(value, { reportInput: true });
    if (parsed.success) {
        return value as TopologyConfig; // configSchema accepted it
    }
    const problems = parsed.error.issues.flatMap((issue) =>
        issue.code === "unrecognized_keys"
            ? issue.keys.map((key) => unknownKey(key))
            : [wrongValue(String(issue.path[0]), issue.input)],
    );
    throw new UsageError(
        problems
            .toSorted()
            .map((each) => `${name}: ${each}`)
            .join("\n"),
    );
}

function unknownKey(key: string): string {
    const known = Object.keys(expected);
    return `"${key}" is not a setting; ${suggestName(key, known, `the settings are ${known.join(", ")}`)}`;
}

function wrongValue(key: string, value: unknown): string {
    return `"${key}" ${describeValue(value)}; ${expected[key] ?? ""}`;
}
