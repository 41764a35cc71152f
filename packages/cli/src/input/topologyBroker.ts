import {
    type BrokerState,
    type ManagementApi,
    managementApi,
    readBrokerState,
    readQueueNumbers,
} from "@spot-messaging/management";
import { UsageError, UserError } from "@spot-messaging/topology";
import type { QueueNumbers } from "@spot-messaging/topology/broker";
import { brokerOf, loadAccess } from "../../../../src/cli/access.ts";
import { engineAccess } from "../../../../src/cli/engineAccess.ts";
import { isBrokerUrl, passwordVariable } from "./brokerUrl.ts";
import { type TopologyInput, topologyOfDefinitions } from "./topologyFile.ts";

/**
 * The topology of a live broker, as its management API exports it.
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function readTopologyBroker(location: string, env: Variables): Promise<TopologyInput> {
    const { api } = brokerAt(location, env);
    return topologyOfDefinitions(await answered(api.definitions()), api.endpoint);
}

/** A broker's URL as it may be shown, and given again: with the user, without a password or what else people write into it. */
export function shownBrokerUrl(location: string): string {
    if (!URL.canParse(location)) {
        return "the broker";
    }
    const { protocol, username, host, pathname } = new URL(location);
    return `${protocol}//${username === "" ? "" : `${username}@`}${host}${pathname === "/" ? "" : pathname}`;
}

/** A live broker that somebody named, before anything was asked of it. */
export interface NamedBroker {
    /** Without credentials. */
    readonly endpoint: string;
    /** @throws UsageError, BrokerUnreachable, BrokerRefused */
    readonly queueNumbers: (vhosts: readonly string[]) => Promise<readonly QueueNumbers[]>;
    /** @throws UsageError, BrokerUnreachable, BrokerRefused */
    readonly state: (vhosts: readonly string[]) => Promise<BrokerState>;
}

/**
 * The broker that a URL means.
 * @throws UsageError
 */
export function namedBroker(location: string, env: Variables): NamedBroker {
    return named(brokerAt(location, env).api);
}

/**
 * The broker of a stack that runs on this machine, or that the engine brought up.
 * @throws UsageError
 */
export async function stackBroker(stack: string): Promise<NamedBroker> {
    const access = (await loadAccess(stack)) ?? (await engineAccess(stack));
    if (access === undefined) {
        throw new UsageError(
            `stack "${stack}" does not run here; bring it up with npm start or npm run up -- ${stack}, or name its broker with --broker https://user@host:15671`,
        );
    }
    return named(brokerOf(access));
}

function named(api: ManagementApi): NamedBroker {
    return {
        endpoint: api.endpoint,
        queueNumbers: (vhosts) => answered(readQueueNumbers(api, vhosts)),
        state: (vhosts) => answered(readBrokerState(api, vhosts)),
    };
}

type Variables = Readonly<Record<string, string | undefined>>;

function brokerAt(location: string, env: Variables): { readonly api: ManagementApi } {
    const url = URL.canParse(location) ? new URL(location) : undefined;
    if (url === undefined || !isBrokerUrl(location)) {
        throw new UsageError(
            "the URL of the broker cannot be read; write it as https://user@broker.example.com:15671",
        );
    }
    const endpoint = `${url.origin}${url.pathname.replace(/\/(api\/?)?$/, "")}`;
    if (url.password !== "") {
        throw new UsageError(
            `broker "${endpoint}": the URL has a password in it, which others can see; put it into ${passwordVariable}`,
        );
    }
    if (url.username === "") {
        throw new UsageError(
            `broker "${endpoint}": the URL names no user; write ${url.protocol}//user@${url.host}`,
        );
    }
    const password = env[passwordVariable];
    if (password === undefined || password === "") {
        throw new UsageError(
            `broker "${endpoint}": there is no password; put that of user "${decodeURIComponent(url.username)}" into ${passwordVariable}`,
        );
    }
    return { api: managementApi({ endpoint, username: decodeURIComponent(url.username), password }) };
}

/** An answer that is not RabbitMQ's means a wrong URL, which a person can mend. */
async function answered<T>(answer: Promise<T>): Promise<T> {
    try {
        return await answer;
    } catch (error) {
        throw error instanceof UserError || !(error instanceof Error) ? error : new UsageError(error.message);
    }
}
