import Docker from "dockerode";
import { Brokers } from "../src/brokers.ts";
import type { Created, LocalHandler } from "../src/handler.ts";
import { localHandlers } from "../src/handlers/index.ts";

export interface HandlerCall {
    readonly type: string;
    readonly name?: string;
    readonly inputs: Readonly<Record<string, unknown>>;
    readonly config?: Readonly<Record<string, string>>;
    /** The broker of the resource's provider. */
    readonly endpoint?: string;
    readonly signal?: AbortSignal;
}

/** Calls one handler as a run of stack "dev" would, without program and SDK. */
export async function createWith(call: HandlerCall): Promise<Created> {
    const brokers = new Brokers();
    if (call.endpoint !== undefined) {
        brokers.add("provider-id", { endpoint: call.endpoint, username: "operator", password: "canary" });
    }
    return await handlerOf(call.type).create(
        {
            type: call.type,
            name: call.name ?? "logical",
            inputs: call.inputs,
            provider:
                call.endpoint === undefined
                    ? ""
                    : "urn:pulumi:dev::p::pulumi:providers:rabbitmq::x::provider-id",
            waiting: () => undefined,
        },
        {
            project: "project",
            stack: "dev",
            config: call.config ?? {},
            docker: new Docker({ socketPath: "/nowhere" }),
            brokers,
            labels: {},
            signal: call.signal ?? new AbortController().signal,
        },
    );
}

function handlerOf(type: string): LocalHandler {
    const handler = localHandlers.find((one) => one.type === type);
    if (handler === undefined) {
        throw new Error(`no handler for "${type}"`);
    }
    return handler;
}
