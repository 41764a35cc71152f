import { compile } from "../compile/index.ts";
import type { BrokerObjects } from "../compile/withObjects.ts";
import { DeclarationError } from "../declare/declarationError.ts";
import { declare } from "../declare/declare.ts";
import type { JsonDocument } from "../definitions/jsonDocument.ts";
import { bindingKey, isSupported, type Topology } from "../model/index.ts";
import { propertiesKey } from "../provider/importIds.ts";
import { declarablePart } from "../provider/undeclarable.ts";
import { bindingPlace, parameterPlace } from "../text/place.ts";
import { declarationModule, importCode, moduleText, objectsModule } from "./declarationCode.ts";
import { call, codeOf, list, text } from "./expression.ts";
import { type Identifiers, identifiers } from "./identifier.ts";
import { importFile, type PropertiesKeys } from "./importFile.ts";
import type { LeftOut } from "./leftOut.ts";
import type { ProgramFile } from "./programFile.ts";
import { type ProjectOptions, projectFiles } from "./projectFiles.ts";
import { withoutUnknownTypes } from "./unknownTypes.ts";
import { objectsByVhost } from "./vhostObjects.ts";
import { compiledVersion, type VhostProgram, vhostProgram } from "./vhostProgram.ts";

/** How to write a program for a broker. */
export interface AdoptOptions extends ProjectOptions {
    /** The broker's names of bindings with arguments. @default - such bindings are not imported */
    readonly propertiesKeys?: PropertiesKeys;
    /** The definitions that the topology was read from, for the types of plugins. @default - every type is a known one */
    readonly definitions?: JsonDocument;
}

/** A program that declares what a broker has. */
export interface Adoption {
    readonly files: readonly ProgramFile[];
    readonly leftOut: readonly LeftOut[];
    /** The resources that the import file names. */
    readonly importCount: number;
}

/** Writes a program whose topology equals that of a broker, and the file that imports the broker's objects into Pulumi. */
export function adopt(described: Topology, options: AdoptOptions): Adoption {
    const { topology, left: unknown } = withoutUnknownTypes(described, options.definitions);
    const keys = options.propertiesKeys ?? new Map<string, string>();
    const { topology: part, left } = declarablePart(topology);
    const imported = importFile(options.name, { ...part, users: [] }, keys);
    return {
        files: [
            ...topologyFiles(topology),
            ...projectFiles(options),
            { path: "import.json", content: `${JSON.stringify(imported, undefined, 4)}\n` },
        ],
        leftOut: [
            ...unknown,
            ...left.map(({ place, message }) => ({ place, message })),
            ...part.bindings
                .filter((each) => !keys.has(bindingKey(each)) && propertiesKey(each) === undefined)
                .map((each) => ({
                    place: bindingPlace(each),
                    message:
                        "has arguments, so that its import id has a hash that only the broker knows; adopt the running broker, or let the first update declare the binding again",
                })),
            ...(topology.parameters ?? []).map((each) => ({
                place: parameterPlace(each),
                message: "belongs to a plugin, and MessagingTopology declares no runtime parameters",
            })),
            ...(topology.globalParameters ?? []).map(({ name }) => ({
                place: `global parameter "${name}"`,
                message: "belongs to the whole cluster, and MessagingTopology declares no runtime parameters",
            })),
        ],
        importCount: imported.resources.filter(({ id }) => id !== undefined).length,
    };
}

function topologyFiles(topology: Topology): readonly ProgramFile[] {
    const files = identifiers();
    const variables = identifiers();
    for (const name of ["access", "index", "topology"]) {
        files.identifierOf(name, name);
        variables.identifierOf(name, name);
    }
    const vhosts = vhostPrograms(topology).map((program) => {
        const variable = variables.identifierOf(vhostWords(program.vhost), "vhost");
        return { variable, file: files.identifierOf(vhostWords(program.vhost), "vhost"), ...program };
    });
    const modules = vhosts.map((each) => ({
        ...each,
        objectsVariable: hasEntries(each.objects)
            ? variables.identifierOf(`${each.variable} objects`, "objects")
            : undefined,
    }));
    const access = accessOf(topology);
    return [
        ...modules.map(({ file, variable, objectsVariable, declaration, objects }) => ({
            path: `topology/${file}.ts`,
            content: vhostModule(variable, objectsVariable, { declaration, objects }, variables),
        })),
        ...(hasEntries(access) ? [{ path: "topology/access.ts", content: accessModule(access) }] : []),
        { path: "topology/index.ts", content: indexModule(topology, modules, hasEntries(access)) },
    ];
}

/** The programs of all virtual hosts, in the order of their names. */
function vhostPrograms(topology: Topology): readonly VhostProgram[] {
    const listed = new Map(topology.vhosts.map((each) => [each.name, each]));
    const programsWith = (withIntents: boolean): readonly VhostProgram[] =>
        [...objectsByVhost(topology).values()].map((objects) => {
            const vhost = listed.get(objects.vhost);
            const program = vhostProgram(objects, topology.brokerVersion, {
                withIntents,
                isListed: vhost !== undefined,
            });
            const parameters = (topology.parameters ?? []).filter((each) => each.vhost === objects.vhost);
            const exclusive = (topology.exclusiveQueues ?? []).filter((each) => each.vhost === objects.vhost);
            const hasSettings = vhost !== undefined && Object.keys(vhost).length > 1;
            const isAdded = vhost !== undefined && (hasSettings || program.declaration === undefined);
            return {
                ...program,
                objects: {
                    ...(isAdded && { vhosts: [vhost] }),
                    ...program.objects,
                    ...(parameters.length > 0 && { parameters }),
                    ...(exclusive.length > 0 && { exclusiveQueues: exclusive }),
                },
            };
        });
    const programs = programsWith(true);
    try {
        const declarations = programs.flatMap(({ declaration }) =>
            declaration === undefined ? [] : [declare(declaration)],
        );
        compile(declarations, compiledVersion(topology.brokerVersion));
        return programs;
    } catch (error) {
        if (error instanceof DeclarationError) {
            // The retries of two work queues meet in one delay queue: possible on a broker, refused by the compiler.
            return programsWith(false);
        }
        throw error;
    }
}

function vhostWords(vhost: string): string {
    return vhost === "/" ? "default vhost" : vhost;
}

/** Users have permissions in several virtual hosts, so they have a file of their own. */
function accessOf({ users, permissions, topicPermissions, globalParameters }: Topology): BrokerObjects {
    return {
        ...(users.length > 0 && { users }),
        ...(permissions.length > 0 && { permissions }),
        ...(topicPermissions.length > 0 && { topicPermissions }),
        ...(globalParameters !== undefined && { globalParameters }),
    };
}

function hasEntries(objects: BrokerObjects): boolean {
    return Object.keys(objects).length > 0;
}

function vhostModule(
    variable: string,
    objectsVariable: string | undefined,
    {
        declaration,
        objects,
    }: Pick<VhostProgram, "objects"> & { declaration: VhostProgram["declaration"] | undefined },
    names: Identifiers,
): string {
    const declared = declaration === undefined ? undefined : declarationModule(variable, declaration, names);
    const others = objectsVariable === undefined ? undefined : objectsModule(objectsVariable, objects);
    const imports = new Set([...(declared?.imports ?? []), ...(others?.imports ?? [])]);
    return moduleText(imports.size === 0 ? [] : [importCode(imports, "@spot-messaging/topology")], [
        ...(declared?.statements ?? []),
        ...(others === undefined
            ? []
            : [
                  [
                      "/** What the broker has and a declaration cannot say, in RabbitMQ's own terms. */",
                      ...others.statements,
                  ].join("\n"),
              ]),
    ]);
}

function accessModule(access: BrokerObjects): string {
    const { imports, statements } = objectsModule("access", access);
    return moduleText(
        [importCode(imports, "@spot-messaging/topology")],
        [
            [
                "/** Users keep their passwords. A service in a declaration gets a user of its own with only the permissions that it needs. */",
                ...statements,
            ].join("\n"),
        ],
    );
}

interface VhostVariables extends VhostProgram {
    readonly variable: string;
    readonly objectsVariable: string | undefined;
    readonly file: string;
}

function indexModule(topology: Topology, vhosts: readonly VhostVariables[], hasAccess: boolean): string {
    const { brokerVersion } = topology;
    const modules = [
        ...vhosts.map(({ file, variable, objectsVariable, declaration }) => ({
            file,
            names: [
                ...(declaration === undefined ? [] : [variable]),
                ...(objectsVariable === undefined ? [] : [objectsVariable]),
            ],
        })),
        ...(hasAccess ? [{ file: "access", names: ["access"] }] : []),
    ].filter(({ names }) => names.length > 0);
    const declared = vhosts.filter(({ declaration }) => declaration !== undefined);
    const compiled = call(
        "compile",
        list(declared.map(({ variable }) => text(variable))),
        text(JSON.stringify(compiledVersion(brokerVersion))),
    );
    const added = [
        ...vhosts.flatMap(({ objectsVariable }) => (objectsVariable === undefined ? [] : [objectsVariable])),
        ...(hasAccess ? ["access"] : []),
    ];
    const whole = added.length === 0 ? compiled : call("withObjects", compiled, ...added.map(text));
    const isCurrent = isSupported(brokerVersion);
    const imports = new Set([
        "compile",
        ...(added.length > 0 ? ["withObjects"] : []),
        ...(isCurrent ? [] : ["type Topology"]),
    ]);
    return moduleText(
        [
            importCode(imports, "@spot-messaging/topology"),
            ...modules
                .sort((a, b) => (a.file < b.file ? -1 : 1))
                .map(({ file, names }) => importCode(new Set(names), `./${file}.ts`)),
        ],
        isCurrent
            ? [`export const topology = ${codeOf(whole, 0, 30)};`]
            : [
                  `const objects = ${codeOf(whole, 0, 18)};`,
                  [
                      `// The checks evaluate the version that the broker has. Programs can be compiled for 4.0 and later.`,
                      `export const topology: Topology = { ...objects, brokerVersion: ${JSON.stringify(brokerVersion)} };`,
                  ].join("\n"),
              ],
    );
}
