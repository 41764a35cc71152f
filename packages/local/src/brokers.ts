import { setTimeout as sleep } from "node:timers/promises";
import { BrokerUnreachable, type ManagementApi, managementApi } from "@spot-messaging/management";

export interface BrokerAccess {
    readonly endpoint: string;
    readonly username: string;
    readonly password: string;
}

/** The parts of a run that the broker clients need. */
export interface BrokerContext {
    readonly stack: string;
    readonly config: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
}

const startMs = 30_000;
/** RabbitMQ itself can take 30 s: it waits that long for a stream that is just created (`stream_cmd_timeout`). */
const requestMs = 60_000;
const retryMs = 250;

/** The brokers of one run. All resources of a provider share one client and wait for the broker once. */
export class Brokers {
    readonly #access = new Map<string, BrokerAccess>();
    readonly #ready = new Map<string, Promise<ManagementApi>>();

    /** @param id of the provider resource; its resources refer to it by this id. */
    add(id: string, access: BrokerAccess): void {
        this.#access.set(id, access);
    }

    /**
     * The broker that a resource belongs to. The first call retries for 30 s, because a broker in a container without a health check is
     * created before it listens.
     */
    api(registration: { readonly provider: string }, context: BrokerContext): Promise<ManagementApi> {
        // A provider reference is "urn::id", and the URN itself contains colons.
        const id = registration.provider.split("::").at(-1) ?? "";
        const ready =
            this.#ready.get(id) ?? answering(this.#access.get(id) ?? fromConfig(context), context.signal);
        this.#ready.set(id, ready);
        return ready;
    }
}

async function answering(access: BrokerAccess, signal: AbortSignal): Promise<ManagementApi> {
    const api = managementApi({ ...access, signal, timeoutMs: requestMs });
    const end = Date.now() + startMs;
    for (;;) {
        try {
            await api.overview();
            return api;
        } catch (error) {
            if (!(error instanceof BrokerUnreachable) || Date.now() > end) {
                throw error;
            }
            await sleep(retryMs, undefined, { signal });
        }
    }
}

/** The default provider, configured as the engine configures it. */
function fromConfig({ config, stack }: BrokerContext): BrokerAccess {
    const endpoint = config["rabbitmq:endpoint"];
    const username = config["rabbitmq:username"];
    const password = config["rabbitmq:password"];
    if (endpoint === undefined || username === undefined || password === undefined) {
        throw new Error(
            `has no provider, and stack "${stack}" does not configure the default one; pass a rabbitmq.Provider or set rabbitmq:endpoint, rabbitmq:username and rabbitmq:password`,
        );
    }
    return { endpoint, username, password };
}
