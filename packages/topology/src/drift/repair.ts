import type { Topology } from "../model/index.ts";
import type { Change, ChangedObject, ObjectKind } from "../review/compare/change.ts";
import { quoted, shellWord } from "../text/names.ts";

/** What makes the broker equal to the declaration again. */
export interface Repair {
    /** `up`: `pulumi up --refresh`. `hand`: a person, because Pulumi neither sees nor changes it. */
    readonly by: "up" | "hand";
    readonly text: string;
}

/**
 * What repairs an object that differs. Measured with @pulumi/rabbitmq 3.3.8 on RabbitMQ 4.3.6: each difference was made through the management
 * API, followed by `pulumi up --refresh`. Without --refresh, Pulumi compares the program with its state, and sees none of them.
 * @param live what the broker has
 */
export function repairOf({ object, action, fields }: Change, live: Topology): Repair {
    if (action === "create") {
        return unmanaged(object, live);
    }
    if (!managedKinds.has(object.kind)) {
        return byHand(otherRepairs[object.kind]?.(object) ?? setAgain(object));
    }
    if (action === "delete") {
        return up(`creates it again${lossText(object.kind)}`);
    }
    const unseen = fields.map(({ field }) => field).filter((field) => isUnseen(object.kind, field));
    if (unseen.length === 0) {
        return up(action === "replace" ? replacedText(object.kind) : "sets it as declared");
    }
    const rest =
        unseen.length < fields.length ? "`pulumi up --refresh` sets the other fields as declared; " : "";
    return byHand(`${rest}the provider does not read ${quoted(unseen)}. ${commandsFor(object, unseen)}`);
}

/** The kinds that the provider declares. Any exchange but an internal one; see {@link isUnseen}. */
const managedKinds: ReadonlySet<ObjectKind> = new Set([
    "vhost",
    "exchange",
    "queue",
    "binding",
    "policy",
    "operator policy",
    "user",
    "permission",
    "topic permission",
    "shovel",
    "federation upstream",
]);

const otherRepairs: Readonly<Partial<Record<ObjectKind, (object: ChangedObject) => string>>> = {
    broker: () =>
        "the broker has another version than the declaration. Declare the version that runs, or upgrade the nodes",
    service: () => "it is not an object of the broker",
    retry: () => "it is not an object of the broker",
};

function setAgain({ kind, vhost, name }: ChangedObject): string {
    return kind === "global parameter"
        ? `the provider cannot declare it. Set it again: rabbitmqctl set_global_parameter ${shellWord(name)} VALUE`
        : `the provider cannot declare it. Set it again: PUT ${apiPath(parameterPath(kind, vhost, name))}`;
}

/** What the provider never reads, so that no refresh shows it. */
const unseenFields: Readonly<Partial<Record<ObjectKind, readonly string[]>>> = {
    vhost: ["defaultQueueType", "limits", "protectedFromDeletion"],
    user: ["limits"],
    exchange: ["internal"],
};

function isUnseen(kind: ObjectKind, field: string): boolean {
    return unseenFields[kind]?.some((each) => field === each || field.startsWith(`${each}.`)) ?? false;
}

const brokerNames: Readonly<Record<string, string>> = {
    maxConnections: "max-connections",
    maxQueues: "max-queues",
    maxChannels: "max-channels",
};

function commandsFor({ kind, name }: ChangedObject, fields: readonly string[]): string {
    const word = shellWord(name);
    const texts = fields.map((field) => {
        const [first = "", limit = ""] = field.split(".");
        if (first === "limits") {
            const table = JSON.stringify({ [brokerNames[limit] ?? limit]: -1 });
            return kind === "user"
                ? `Set the declared limit; none is: rabbitmqctl set_user_limits ${word} '${table}'`
                : `Set the declared limit; none is: rabbitmqctl set_vhost_limits --vhost ${word} '${table}'`;
        }
        if (first === "protectedFromDeletion") {
            return `Switch it with rabbitmqctl enable_vhost_protection_from_deletion ${word}, or disable_vhost_protection_from_deletion`;
        }
        return first === "defaultQueueType"
            ? `Set the declared type, or without one that of the node: rabbitmqctl update_vhost_metadata ${word} --default-queue-type TYPE`
            : "Delete the exchange, and let `pulumi up --refresh` create it";
    });
    return [...new Set(texts)].join(". ");
}

function up(text: string): Repair {
    return { by: "up", text: `\`pulumi up --refresh\` ${text}` };
}

function byHand(text: string): Repair {
    return { by: "hand", text };
}

function lossText(kind: ObjectKind): string {
    return kind === "queue"
        ? "; its messages are lost"
        : kind === "vhost"
          ? " with everything that is declared in it; its messages are lost"
          : kind === "user"
            ? " with the declared password"
            : "";
}

function replacedText(kind: ObjectKind): string {
    return kind === "queue"
        ? "replaces it, which deletes its messages. Move them first, or stop its publishers and let consumers empty it"
        : kind === "exchange"
          ? "replaces it; messages that are published until then are lost. A program without MessagingTopology needs replaceOnChanges for it"
          : "replaces it";
}

/** Pulumi does not see an object that it did not create. */
function unmanaged(object: ChangedObject, live: Topology): Repair {
    return byHand(`\`pulumi up\` does not see it. ${removal(object, live)}`);
}

function removal({ kind, vhost, name }: ChangedObject, live: Topology): string {
    const [at, word] = [shellWord(vhost), shellWord(name)];
    switch (kind) {
        case "queue":
            return `Declare it, or delete it if it is empty and unused: rabbitmqctl delete_queue --vhost ${at} --if-empty --if-unused ${word}`;
        case "vhost":
            return `Declare it, or delete it with everything in it: rabbitmqctl delete_vhost ${word}`;
        case "exchange":
            return `Declare it, or delete it: DELETE ${apiPath(["exchanges", vhost, name])}?if-unused=true`;
        case "binding":
            return `Declare it, or delete it: DELETE ${apiPath(["bindings", vhost])} and the path that GET shows there`;
        case "policy":
            return `Declare it, or delete it: rabbitmqctl clear_policy --vhost ${at} ${word}`;
        case "operator policy":
            return `Declare it, or delete it: rabbitmqctl clear_operator_policy --vhost ${at} ${word}`;
        case "user":
            return `If it operates the broker, name it with --operator; else declare it, or delete it: rabbitmqctl delete_user ${word}`;
        case "permission":
            return `Declare it, or delete it: rabbitmqctl clear_permissions --vhost ${at} ${word}`;
        case "topic permission": {
            const user = live.topicPermissions.find(
                (each) => each.vhost === vhost && name.startsWith(each.user),
            )?.user;
            return `If the user has another declared one, \`pulumi up --refresh\` removes it; else delete it: rabbitmqctl clear_topic_permissions --vhost ${at} ${shellWord(user ?? name)}`;
        }
        case "global parameter":
            return `Delete it: rabbitmqctl clear_global_parameter ${word}`;
        case "shovel":
        case "federation upstream":
        case "federation upstream set":
        case "parameter":
            return `Declare it, or delete it: DELETE ${apiPath(parameterPath(kind, vhost, name))}`;
        case "broker":
        case "service":
        case "retry":
            return "It is not an object of the broker";
    }
}

/** A parameter of another component has its component in its name. */
function parameterPath(kind: ObjectKind, vhost: string, name: string): readonly string[] {
    if (kind !== "parameter") {
        return ["parameters", kind.replaceAll(" ", "-"), vhost, name];
    }
    const [component = "", ...rest] = name.split("/");
    return ["parameters", component, vhost, rest.join("/")];
}

function apiPath(segments: readonly string[]): string {
    return `/api/${segments.map(encodeURIComponent).join("/")}`;
}
