import type { OracleBroker } from "../oracle/broker.ts";

/** What a broker did with a file. */
export interface ImportAnswer {
    readonly isAccepted: boolean;
    /** The broker's own words. */
    readonly reason: string;
    /** The queues that are there after it. */
    readonly queues: readonly string[];
}

/** Imports files and removes what came of them. */
export interface ImportBroker {
    /** @param vhost the trial's own; the file goes to it where `isOfVhost` */
    readonly import: (text: string, vhost: string, isOfVhost: boolean) => Promise<ImportAnswer>;
    /** Removes what finished trials left: virtual hosts, users and global parameters of odd names. */
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

const importTimeoutMs = 60_000;
const removalTimeoutMs = 10_000;

export async function importBroker({ api, authorization }: OracleBroker): Promise<ImportBroker> {
    const send = async (
        method: string,
        path: readonly string[],
        body?: string,
        timeoutMs = importTimeoutMs,
    ): Promise<Response> =>
        fetch(`${api.endpoint}/api/${path.map(encodeURIComponent).join("/")}`, {
            method,
            headers: { authorization, "content-type": "application/json" },
            signal: AbortSignal.timeout(timeoutMs),
            ...(body !== undefined && { body }),
        });
    const names = async (kind: string): Promise<readonly string[]> => {
        const answer = await send("GET", [kind]);
        // Some objects that an import takes cannot be listed while they are there.
        const objects =
            answer.status === 200 ? ((await answer.json()) as readonly { readonly name: unknown }[]) : [];
        return objects.flatMap(({ name }) => (typeof name === "string" ? [name] : []));
    };
    /** Objects that the broker cannot delete after a trial. Each further attempt would take half a minute. */
    const stuck = new Set<string>();
    const isDeleted = async (path: readonly string[]): Promise<boolean> =>
        await send("DELETE", path, undefined, removalTimeoutMs).then(
            ({ status }) => status < 400 || status === 404,
            () => false,
        );
    const remove = async (kind: string, name: string): Promise<void> => {
        if (stuck.has(name) || (await isDeleted([kind, name]))) {
            return;
        }
        await isDeleted([kind, name, "deletion", "protection"]);
        if (!(await isDeleted([kind, name]))) {
            stuck.add(name);
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
