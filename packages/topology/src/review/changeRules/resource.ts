import { effectRule } from "./effectRule.ts";

const invariants = ["approvedDestruction", "renamesKeepQueues"] as const;

/**
 * Rules for objects that the head declares and that do not exist after the update all the same, because two of Pulumi's steps concern one
 * object. Measured with Pulumi 3.259 and RabbitMQ 4.3. They need Pulumi's preview, or snapshots with logical names.
 */
export const resourceRules = {
    renamed: effectRule({
        id: "resource.renamed",
        consequences: ["lost", "dropped"],
        reason: "the logical name of a resource changed without an alias: Pulumi creates the object under the new name, where nothing changes on the broker, and then deletes it under the old one, a queue with its messages and bindings",
        safeWay: "Give the resource its former name as an alias.",
        source: "https://www.pulumi.com/docs/iac/concepts/resources/options/aliases/",
        invariants,
    }),
    shared: effectRule({
        id: "resource.shared",
        consequences: ["lost", "dropped"],
        reason: "two resources declared one object: if one of them is removed, Pulumi deletes the object, although the other resource still declares it",
        safeWay: "Let Pulumi forget the removed resource first, with pulumi state delete.",
        source: "https://www.pulumi.com/docs/iac/cli/commands/pulumi_state_delete/",
        invariants,
    }),
    createdFirst: effectRule({
        id: "resource.createdFirst",
        consequences: ["lost", "dropped"],
        reason: "Pulumi creates a replacement before it deletes the original, and both are one object on the broker: RabbitMQ refuses a replacement with other arguments, and an equal one is deleted with the original",
        safeWay: "Set deleteBeforeReplace: true for the resource in an update before the replacement.",
        source: "https://www.pulumi.com/docs/iac/concepts/resources/options/deletebeforereplace/",
        invariants,
    }),
    leftOver: effectRule({
        id: "resource.leftOver",
        consequences: ["lost", "dropped"],
        reason: "an interrupted run left the original of a replaced resource in Pulumi's state: the next run deletes it, and it is the same object on the broker as its replacement",
        safeWay:
            'Run pulumi stack export, remove the resource with "delete": true, and read the file with pulumi stack import.',
        source: "https://www.pulumi.com/docs/iac/operations/troubleshooting/",
        invariants,
    }),
};
