import type { DefinitionsList } from "./definitionsFields.ts";

/** Which of several objects with one identity and other settings the broker has after an import. */
interface ImportedDuplicate {
    /** The one that the checks use. */
    readonly checked: "first" | "last";
    readonly text: string;
}

/** The broker imports these lists with several processes at the same time: which of two objects is last is chance. */
const either: ImportedDuplicate = {
    checked: "first",
    text: "an import keeps the first or the last, by chance, because it imports the list concurrently",
};

const last: ImportedDuplicate = { checked: "last", text: "an import keeps the last" };

/**
 * Measured on RabbitMQ 4.0.5 and 4.3.6 with up to 46 imports for each list. Exchanges and queues are not changed once they exist; the first was kept
 * in most imports. Virtual hosts, permissions and topic permissions are overwritten; the last was kept in most. Policies and parameters were always
 * those that are last in the file. Two equal new users were refused in 17 of 20 imports.
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v4.3.5/deps/rabbit/src/rabbit_definitions.erl apply_defs
 */
export const importedDuplicates: Readonly<Record<DefinitionsList, ImportedDuplicate>> = {
    users: {
        checked: "first",
        text: "an import refuses a new user that occurs twice, or keeps the first or the last, by chance, because it imports the list concurrently",
    },
    vhosts: either,
    permissions: either,
    topic_permissions: either,
    exchanges: either,
    queues: either,
    bindings: { checked: "first", text: "an import creates one" },
    policies: last,
    parameters: last,
};
