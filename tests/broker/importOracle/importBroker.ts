import type { OracleBroker } from "../oracle/broker.ts";

/** The broker's answer to an import. */
export interface ImportAnswer {
    readonly isAccepted: boolean;
    /** The broker's status and message. */
    readonly reason: string;
    /** The queues after the import. */
    readonly queues: readonly string[];
}

/** Imports files, and removes the imported objects. */
export interface ImportBroker {
    /** @param vhost the trial's own virtual host; the import goes into it if `isOfVhost` */
    readonly import: (text: string, vhost: string, isOfVhost: boolean) => Promise<ImportAnswer>;
    /** Removes what finished trials left: virtual hosts, users and global parameters with unusual names. */
    readonly sweep: (isRunning: (name: string) => boolean) => Promise<void>;
}

/** The plugins whose exchanges and parameters are tried. */
export const oraclePlugins = [
    "rabbitmq_shovel",
    "rabbitmq_federation",
    "rabbitmq_consistent_hash_exchange",
    "rabbitmq_random_exchange",
    "rabbitmq_recent_history_exchange",
    "rabbitmq_jms_topic_exchange",
    "rabbitmq_sharding",
];

const timeoutMs = 60_000;

export async function importBroker({ api, authorization }: OracleBroker): Promise<ImportBroker> {
    const send = async (method: string, path: readonly string[], body?: string): Promise<Response> =>
        fetch(`${api.endpoint}/api/${path.map(encodeURIComponent).join("/")}`, {
            method,
            headers: { authorization, "content-type": "application/json" },
            signal: AbortSignal.timeout(timeoutMs),
            ...(body !== undefined && { body }),
        });
    const names = async (kind: string): Promise<readonly string[]> => {
        const answer = await send("GET", [kind]);
        // Listing fails while some objects exist that an import accepts.
        const objects =
            answer.status === 200 ? ((await answer.json()) as readonly { readonly name: unknown }[]) : [];
        return objects.flatMap(({ name }) => (typeof name === "string" ? [name] : []));
    };
    const remove = async (kind: string, name: string): Promise<void> => {
        const { status } = await send("DELETE", [kind, name]);
        if (kind === "vhosts" && status >= 400) {
            await send("DELETE", [kind, name, "deletion", "protection"]);
            await send("DELETE", [kind, name]);
        }
    };
    const kinds = ["vhosts", "users", "global-parameters"] as const;
    const before = new Map(await Promise.all(kinds.map(async (kind) => [kind, await names(kind)] as const)));
    return {
        import: async (text, vhost, isOfVhost) => {
            if (isOfVhost) {
                await api.putVhost(vhost);
            }
            try {
                const answer = await send("POST", ["definitions", ...(isOfVhost ? [vhost] : [])], text);
                const reason = await answer.text();
                const isAccepted = answer.status === 204;
                const listed = isAccepted ? await send("GET", ["queues", vhost]) : undefined;
                const queues =
                    listed?.status === 200
                        ? ((await listed.json()) as readonly { readonly name: string }[])
                        : [];
                return {
                    isAccepted,
                    reason: `${answer.status} ${reason}`,
                    queues: queues.map(({ name }) => name),
                };
            } finally {
                await remove("vhosts", vhost);
                for (const user of text.matchAll(new RegExp(`"(${vhost}-[\\w-]+)"`, "g"))) {
                    await remove("users", String(user[1]));
                }
            }
        },
        sweep: async (isRunning) => {
            for (const kind of kinds) {
                const known = before.get(kind) ?? [];
                for (const name of await names(kind)) {
                    if (!known.includes(name) && !isRunning(name)) {
                        await remove(kind, name);
                    }
                }
            }
        },
    };
}
