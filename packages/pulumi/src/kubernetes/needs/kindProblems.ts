import { z } from "zod";
import type { NeededKind } from "../kubernetesKind.ts";
import type { KubernetesReader } from "../server/kubernetesReader.ts";
import { compareWithSchema, type SchemaDifference, schemaOf } from "./manifestSchema.ts";

const resourceList = z.object({ resources: z.array(z.object({ kind: z.string() })) });
const groupVersions = z.object({ versions: z.array(z.object({ groupVersion: z.string() })) });

/**
 * The kinds that are not installed, and those whose installed definition does not fit what the stack declares. API discovery and schemas can
 * be read by every authenticated user.
 * @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
 */
export async function kindProblems(
    reader: KubernetesReader,
    kinds: readonly NeededKind[],
): Promise<readonly string[]> {
    const apiVersions = [...new Set(kinds.map(({ apiVersion }) => apiVersion))];
    const groups = await Promise.all(
        apiVersions.map(async (apiVersion) => {
            const needed = kinds.filter((each) => each.apiVersion === apiVersion);
            return await groupProblems(reader, apiVersion, needed);
        }),
    );
    const found = groups.flat().sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
    // One line for each way out.
    return [...new Set(found.map(({ rest }) => rest))].map((rest) => {
        const places = found.filter((each) => each.rest === rest).map(({ kind }) => placeOf(kind));
        return `${places.join(", ")}: ${rest}`;
    });
}

interface KindProblem {
    readonly kind: NeededKind;
    /** What is wrong and the way out. */
    readonly rest: string;
}

function placeOf({ kind, apiVersion }: NeededKind): string {
    return `kind "${kind}" of ${apiVersion}`;
}

async function groupProblems(
    reader: KubernetesReader,
    apiVersion: string,
    needed: readonly NeededKind[],
): Promise<readonly KindProblem[]> {
    const answer = await reader.get(`/apis/${apiVersion}`);
    if (answer.kind === "forbidden") {
        return [];
    }
    const { resources } = answer.kind === "found" ? resourceList.parse(answer.value) : { resources: [] };
    const isInstalled = ({ kind }: NeededKind): boolean => resources.some((each) => each.kind === kind);
    const absent = needed.filter((each) => !isInstalled(each));
    const others = absent.length === 0 ? [] : await otherVersions(reader, apiVersion);
    const present = needed.filter((each) => isInstalled(each) && each.manifest !== undefined);
    const document = present.length === 0 ? undefined : await reader.get(`/openapi/v3/apis/${apiVersion}`);
    return [
        ...absent.map((kind) => ({
            kind,
            rest:
                others.length === 0
                    ? `not installed; ${kind.wayOut}`
                    : `the installed version has ${others.join(", ")} instead; ${installWayOut(kind)}`,
        })),
        ...present.flatMap((kind) => {
            const schema =
                document?.kind === "found" ? schemaOf(document.value, apiVersion, kind.kind) : undefined;
            return schema === undefined ? [] : mismatches(kind, compareWithSchema(schema, kind.manifest));
        }),
    ];
}

/** The versions of a group without this one. */
async function otherVersions(reader: KubernetesReader, apiVersion: string): Promise<readonly string[]> {
    const answer = await reader.get(`/apis/${apiVersion.replace(/\/.*/, "")}`);
    const { versions } = answer.kind === "found" ? groupVersions.parse(answer.value) : { versions: [] };
    const names = versions.map(({ groupVersion }) => groupVersion);
    return names.includes(apiVersion) ? [] : names;
}

function installWayOut({ versions }: NeededKind): string {
    return `install ${versions ?? "another version"}`;
}

const sentences: readonly [SchemaDifference["what"], (fields: string) => string][] = [
    ["unknown", (fields) => `the installed version does not know ${fields}`],
    ["unaccepted", (fields) => `the installed version does not accept ${fields}`],
    ["required", (fields) => `the installed version requires ${fields}, which this stack does not set`],
];

function mismatches(kind: NeededKind, differences: readonly SchemaDifference[]): readonly KindProblem[] {
    return sentences.flatMap(([what, sentence]) => {
        const fields = differences
            .filter((each) => each.what === what)
            .map(({ field, value }) =>
                what === "unaccepted" ? `${JSON.stringify(value)} as "${field}"` : `"${field}"`,
            );
        return fields.length === 0
            ? []
            : [{ kind, rest: `${sentence(fields.join(", "))}; ${installWayOut(kind)}` }];
    });
}
