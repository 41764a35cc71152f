import { type Call, type Publication, type Service, type Subscription, UsageError } from "../model/index.ts";

/** What a service sends and consumes, by the name of the message. */
export interface ByMessage {
    readonly publishes: ReadonlyMap<string, Publication>;
    readonly consumes: ReadonlyMap<string, Subscription>;
    readonly calls: ReadonlyMap<string, Call>;
}

/**
 * A service finds everything in its contract by the name of the message, so that two of one name cannot both be there.
 * @throws UsageError
 */
export function byMessage(service: Service): ByMessage {
    const problems: string[] = [];
    const tableOf = <T extends { readonly message: string }>(
        items: readonly T[],
        verb: string,
        nameOf: (item: T) => string,
    ): ReadonlyMap<string, T> => {
        const table = new Map<string, T>();
        for (const item of items) {
            const { message } = item;
            const other = table.get(message);
            if (other !== undefined) {
                problems.push(
                    `service "${service.name}": message "${message}" is ${verb} ${nameOf(other)} and ${nameOf(item)}; give each a message of its own`,
                );
            }
            table.set(message, item);
        }
        return table;
    };
    const target = ({ exchange, routingKey }: Publication | Call): string =>
        `exchange "${exchange}" with key "${routingKey}"`;
    const tables = {
        publishes: tableOf(service.publishes, "published to", target),
        consumes: tableOf(service.consumes, "consumed from", ({ queue }) => `queue "${queue}"`),
        calls: tableOf(service.calls, "requested from", target),
    };
    if (problems.length > 0) {
        throw new UsageError(problems.sort().join("\n"));
    }
    return tables;
}
