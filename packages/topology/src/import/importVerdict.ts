import type { InputProblem } from "../definitions/inputProblem.ts";
import { inputRules } from "../definitions/inputProblem.ts";
import type { JsonDocument } from "../definitions/jsonDocument.ts";
import { isObject, type JsonObject } from "../definitions/objectReader.ts";
import { groupBy } from "../lookup/groups.ts";
import type { KnownVersion } from "../model/index.ts";
import type { ImportProblem } from "./importFile.ts";
import { importProblems } from "./importProblems.ts";
import type { Release } from "./release.ts";

/** Whether a broker imports a file. */
export interface ImportVerdict {
    /** The checked release: `4.3.6`, or `4.3` for its newest patch. */
    readonly version: string;
    /** The virtual host of `POST /api/definitions/VHOST`. @default - the whole cluster */
    readonly vhost?: string;
    /** Whether a broker of the version imported files of every kind to compare, or only its source code was read. */
    readonly evidence: "broker" | "source";
    /** `conditional`: it depends on what the broker has before. */
    readonly outcome: "accepted" | "conditional" | "refused";
    /** Every reason, and every object that the broker does not create. */
    readonly problems: readonly InputProblem[];
}

/** The versions that the import oracle tries on brokers. */
const triedVersions: readonly KnownVersion[] = ["4.0", "4.3"];

/**
 * Whether a broker of a version imports definitions. A file without virtual hosts, whose objects do not name theirs, is imported into one.
 * @param part the virtual host whose part of the definitions is imported into it. @default - all definitions
 */
export function importVerdict(document: JsonDocument, version: KnownVersion, part?: string): ImportVerdict {
    const definitions = isObject(document.value) ? document.value : {};
    const release = releaseOf(definitions, version);
    const vhost = part ?? vhostOfImport(definitions);
    const found = importProblems(document, {
        ...release,
        ...(vhost !== undefined && { vhost }),
        isPart: part !== undefined,
    });
    const refusals = found.filter(({ outcome }) => outcome === "refused");
    return {
        version: release.patch === undefined ? release.version : `${release.version}.${release.patch}`,
        ...(vhost !== undefined && { vhost }),
        evidence: triedVersions.includes(version) ? "broker" : "source",
        outcome: refusals.some(({ unless }) => unless === undefined)
            ? "refused"
            : refusals.length > 0
              ? "conditional"
              : "accepted",
        problems: [
            ...found.filter(({ unless }) => unless === undefined).map(inputProblem),
            ...conditions(found),
        ],
    };
}

/** What the broker must have before, each once. */
function conditions(found: readonly ImportProblem[]): readonly InputProblem[] {
    return [
        ...groupBy(
            found.filter(({ unless }) => unless !== undefined),
            ({ unless }) => String(unless),
        ).values(),
    ].flatMap(([first, ...others]) =>
        first === undefined
            ? []
            : [
                  {
                      ...inputProblem(first),
                      ...(others.length > 0 && {
                          message: `${inputProblem(first).message} (the first of ${others.length + 1} objects)`,
                      }),
                  },
              ],
    );
}

/** The patch matters where the file comes from the very version that it is checked for. */
function releaseOf(definitions: JsonObject, version: KnownVersion): Release {
    const written = definitions["rabbit_version"] ?? definitions["rabbitmq_version"];
    const { minor, patch } =
        (typeof written === "string" ? /^v?(?<minor>\d+\.\d+)\.(?<patch>\d+)/.exec(written) : undefined)
            ?.groups ?? {};
    return minor === version ? { version, patch: Number(patch) } : { version };
}

/** The virtual host that a file is made for, where it is made for one. */
function vhostOfImport(definitions: JsonObject): string | undefined {
    const { original_vhost_name: original, vhosts, users } = definitions;
    if (typeof original === "string") {
        return original;
    }
    const objects = ["queues", "exchanges", "bindings"].flatMap((list): readonly unknown[] =>
        Array.isArray(definitions[list]) ? definitions[list] : [],
    );
    const isOfOne =
        vhosts === undefined &&
        users === undefined &&
        objects.length > 0 &&
        objects.every((each) => isObject(each) && each["vhost"] === undefined);
    return isOfOne ? "/" : undefined;
}

function inputProblem({ outcome, unless, ...problem }: ImportProblem): InputProblem {
    const rule =
        outcome === "leftOut"
            ? "skippedByImport"
            : unless === undefined
              ? "refusedImport"
              : "conditionalImport";
    return {
        ...problem,
        rule,
        severity: inputRules[rule].severity,
        message: unless === undefined ? problem.message : `${problem.message}; refused unless ${unless}`,
    };
}
