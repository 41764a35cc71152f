import { codeOf, literal } from "./expression.ts";
import { providerVersion } from "./importFile.ts";
import type { ProgramFile } from "./programFile.ts";

/** The names of a program. */
export interface ProjectOptions {
    /** The name of the Pulumi project and of the component, which begins every logical name. */
    readonly name: string;
    /** The name of its stack. */
    readonly stack: string;
    /** The version of the packages @spot-messaging/*. */
    readonly packagesVersion: string;
}

/** The files around a topology that make it a Pulumi program. */
export function projectFiles({ name, stack, packagesVersion }: ProjectOptions): readonly ProgramFile[] {
    return [
        {
            path: "index.ts",
            content: [
                'import { MessagingTopology } from "@spot-messaging/pulumi";',
                'import { topology } from "./topology/index.ts";',
                "",
                "// The broker's address is in the configuration: rabbitmq:endpoint, rabbitmq:username, rabbitmq:password.",
                `new MessagingTopology(${JSON.stringify(name)}, { topology, adopted: true });`,
                "",
            ].join("\n"),
        },
        {
            path: "topology.config.ts",
            content: [
                'import { defineConfig } from "@spot-messaging/cli";',
                'import { topology } from "./topology/index.ts";',
                "",
                `export default defineConfig(${codeOf(configOf(name, stack), 0, 32)});`,
                "",
            ].join("\n"),
        },
        {
            path: "Pulumi.yaml",
            content: [
                `name: ${name}`,
                `description: The messaging topology of ${name}`,
                "main: index.ts",
                "runtime:",
                "    name: nodejs",
                "    options:",
                "        typescript: false",
                "",
            ].join("\n"),
        },
        {
            path: "package.json",
            content: `${JSON.stringify(
                {
                    name,
                    private: true,
                    type: "module",
                    dependencies: {
                        "@pulumi/pulumi": "^3.254.0",
                        "@pulumi/rabbitmq": providerVersion,
                        "@pulumi/random": "^4.21.2",
                        "@spot-messaging/pulumi": packagesVersion,
                        "@spot-messaging/topology": packagesVersion,
                    },
                    devDependencies: { "@spot-messaging/cli": packagesVersion },
                },
                undefined,
                4,
            )}\n`,
        },
    ];
}

function configOf(name: string, stack: string): ReturnType<typeof literal> {
    const config = literal({ component: { name }, stacks: [stack] });
    return config.kind === "table"
        ? {
              kind: "table",
              entries: [...config.entries, ["topologyOf", { kind: "text", text: "() => topology" }]],
          }
        : config;
}
