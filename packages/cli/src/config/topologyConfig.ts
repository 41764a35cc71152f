import type { Topology } from "@spot-messaging/topology";
import type { Finding, Location } from "@spot-messaging/topology/check";

/** The default export of `topology.config.ts`, which describes a program to the command `topology`. */
export interface TopologyConfig {
    /** The name of the project, which also identifies its comment in a pull request. @default - "name" of the nearest package.json */
    readonly project?: string;
    /** The names of all stacks. */
    readonly stacks: readonly string[] | (() => readonly string[] | Promise<readonly string[]>);
    /** The topology that a stack declares. */
    readonly topologyOf: (stack: string) => Topology | Promise<Topology>;
    /**
     * The component that declares the topology: the name that the program gives `MessagingTopology`, and the names of its aliases. With it,
     * a review finds logical names that change. @default - unknown
     */
    readonly component?: { readonly name: string; readonly aliases?: readonly string[] };
    /** Finds where the objects of a stack are declared. @default - findings have no location */
    readonly locate?: (stack: string) => StackLocator | Promise<StackLocator>;
    /** How to reach the running broker of a stack; `undefined` if it does not run. @default - the brokers are unknown */
    readonly brokerOf?: (stack: string) => BrokerAccess | undefined | Promise<BrokerAccess | undefined>;
    /** The passwords of a stack's users, by name, for \`topology drift\`. @default - unknown, so changed passwords are not found */
    readonly passwordsOf?: (
        stack: string,
    ) => Readonly<Record<string, string>> | undefined | Promise<Readonly<Record<string, string>> | undefined>;
}

/** Returns where the object of a finding is declared; `undefined` if that is unknown. */
export type StackLocator = (finding: Finding) => Location | undefined;

/** How to reach a broker's management API. */
export interface BrokerAccess {
    /** Such as `http://127.0.0.1:15672`. */
    readonly endpoint: string;
    readonly username: string;
    readonly password: string;
    /** Where it accepts AMQP, such as `amqps://rabbit.example.com:5671`. @default - the listener that it reports, on the host of the endpoint */
    readonly amqp?: string;
}

/** Returns its argument. It only checks the types. */
export function defineConfig(config: TopologyConfig): TopologyConfig {
    return config;
}
