import type { ManagementApi } from "@spot-messaging/management";
import {
    type DefinitionsDifference,
    differencesOf,
    type PortableDefinitions,
    portableDefinitions,
} from "@spot-messaging/topology/definitions";

/** An object that stays different. */
export interface KeptDefinition {
    readonly difference: DefinitionsDifference;
    readonly reason: string;
    /** Whether the broker then lacks something of the backup. */
    readonly isProblem: boolean;
}

/** What a restore does with definitions. */
export interface DefinitionsPlan {
    /** Objects that the import adds. */
    readonly added: readonly DefinitionsDifference[];
    /** Objects that it replaces. */
    readonly replaced: readonly DefinitionsDifference[];
    /** Objects that stay different, and why. */
    readonly kept: readonly KeptDefinition[];
    /** Objects that only the broker has, which stay. */
    readonly stray: readonly DefinitionsDifference[];
}

const ownUser = "it is the user of this run, and keeps its password and its tags";

/** The queues, exchanges and bindings that a broker would keep as they are. */
const fixed = "an import does not change it; delete it first, or leave it";

/**
 * Compares a backup with a broker.
 * @param self the user of this run, whose password stays
 * @param overwrite whether objects that differ are replaced
 */
export function planDefinitions(
    backup: PortableDefinitions,
    live: PortableDefinitions,
    self: string,
    overwrite: boolean,
): DefinitionsPlan {
    const differences = differencesOf(backup, live);
    const different = differences.filter(({ state }) => state === "different");
    const reasonOf = ({ list, entry, isReplaced }: DefinitionsDifference): string | undefined =>
        !isReplaced
            ? fixed
            : list === "users" && entry?.["name"] === self
              ? ownUser
              : overwrite
                ? undefined
                : "--overwrite replaces it";
    return {
        added: differences.filter(({ state }) => state === "missing"),
        replaced: different.filter((each) => reasonOf(each) === undefined),
        kept: different.flatMap((difference) => {
            const reason = reasonOf(difference);
            return reason === undefined ? [] : [{ difference, reason, isProblem: reason !== ownUser }];
        }),
        stray: differences.filter(({ state }) => state === "stray"),
    };
}

/**
 * Imports what a plan adds and replaces, and compares again.
 * @returns the objects of the plan that the broker does not have afterwards
 * @throws BrokerRefused with the broker's reason; what it imported before stays
 */
export async function importDefinitions(
    api: ManagementApi,
    { added, replaced }: Pick<DefinitionsPlan, "added" | "replaced">,
    backup: PortableDefinitions,
    read: () => Promise<PortableDefinitions>,
): Promise<readonly DefinitionsDifference[]> {
    const wanted = [...added, ...replaced];
    if (wanted.length === 0) {
        return [];
    }
    const body = Object.fromEntries(
        Object.keys(portableDefinitions({})).map((list) => [
            list,
            wanted.filter((each) => each.list === list).map(({ entry }) => entry),
        ]),
    );
    await api.post(["definitions"], body);
    const names = new Set(wanted.map(({ object }) => object));
    return differencesOf(backup, await read()).filter(
        ({ state, object }) => state !== "stray" && names.has(object),
    );
}
