import { bindingPlace, exchangePlace, meant, placeOf, queuePlace, servicePlace } from "../place.js";
import type { Rule } from "../rule.js";
import type { Subject } from "../subject.js";
import { homeVhost } from "../traffic.js";

export const danglingReference: Rule = {
    id: "danglingReference",
    severity: "error",
    reason: "Something refers to an exchange, a queue, a user or a virtual host that nobody declares: the declaration fails, or messages vanish.",
    fix: "Declare what is missing, or correct the name.",
    invariants: [4, 6],
    source: "https://www.rabbitmq.com/docs/dlx#routing",
    check: (subject) => {
        const { topology } = subject;
        const vhosts = topology.vhosts.map(({ name }) => name);
        const users = topology.users.map(({ name }) => name);
        const known: Readonly<Record<Kind, (vhost: string) => readonly string[]>> = {
            "virtual host": () => vhosts,
            user: () => users,
            exchange: (vhost) => subject.exchangesOf(vhost).map(({ name }) => name),
            queue: (vhost) => subject.queuesOf(vhost).map(({ name }) => name),
        };
        const vhostSet = new Set(vhosts);
        const userSet = new Set(users);
        const exists = ({ kind, vhost, name }: Reference): boolean =>
            kind === "virtual host"
                ? vhostSet.has(name)
                : kind === "user"
                  ? userSet.has(name)
                  : kind === "queue"
                    ? subject.queueNamed(vhost, name) !== undefined
                    : isBuiltIn(name) || subject.exchangeNamed(vhost, name) !== undefined;
        return references(subject)
            .filter((each) => !exists(each))
            .map(({ place, role, kind, vhost, name }) => ({
                place,
                message: `${role} "${name}" does not exist`,
                fix: meant(name, known[kind](vhost), `declare the ${kind} or remove the reference`),
            }));
    },
};

type Kind = "virtual host" | "user" | "exchange" | "queue";

interface Reference {
    readonly place: string;
    /** What the name is for: `dead-letter exchange`. */
    readonly role: string;
    readonly kind: Kind;
    readonly vhost: string;
    readonly name: string;
}

/** Every virtual host has these without declaring them; an export leaves them out. */
function isBuiltIn(exchange: string): boolean {
    return exchange === "" || /^amq\.(direct|fanout|topic|headers|match|rabbitmq\.\w+)$/.test(exchange);
}

function references(subject: Subject): readonly Reference[] {
    const { topology } = subject;
    const toVhost = [
        ...topology.exchanges,
        ...topology.queues,
        ...topology.policies,
        ...topology.operatorPolicies,
    ].map(({ vhost, name }) => ({
        place: `object "${name}"`,
        role: "virtual host",
        kind: "virtual host" as const,
        vhost,
        name: vhost,
    }));
    const ofBindings = topology.bindings.flatMap((each) => {
        const { vhost, source, destination, destinationType } = each;
        const place = bindingPlace(each);
        return [
            { place, role: "source", kind: "exchange" as const, vhost, name: source },
            { place, role: "destination", kind: destinationType, vhost, name: destination },
        ];
    });
    return [
        ...toVhost,
        ...ofBindings,
        ...ofSettings(subject),
        ...ofServices(subject),
        ...ofPermissions(subject),
    ];
}

function ofSettings({ topology, effective, setting }: Subject): readonly Reference[] {
    const reference = (place: string, role: string, vhost: string, name: unknown): readonly Reference[] =>
        typeof name === "string" ? [{ place, role, kind: "exchange", vhost, name }] : [];
    return [
        ...topology.queues.flatMap((queue) =>
            reference(
                queuePlace(queue),
                "dead-letter exchange",
                queue.vhost,
                setting(queue, "dead-letter-exchange"),
            ),
        ),
        ...topology.exchanges.flatMap((exchange) =>
            reference(
                exchangePlace(exchange),
                "alternate exchange",
                exchange.vhost,
                effective(exchange).settings.get("alternate-exchange")?.value,
            ),
        ),
    ];
}

function ofServices({ topology }: Subject): readonly Reference[] {
    const vhost = homeVhost(topology);
    return topology.services.flatMap((service) => {
        const place = servicePlace(service);
        const queueNames = [...service.consumes.map(({ queue }) => queue), ...service.inspects];
        return [
            ...[...service.publishes, ...service.calls].map(({ exchange }) => ({
                place,
                role: "exchange",
                kind: "exchange" as const,
                vhost,
                name: exchange,
            })),
            ...queueNames.map((name) => ({ place, role: "queue", kind: "queue" as const, vhost, name })),
        ];
    });
}

function ofPermissions({ topology }: Subject): readonly Reference[] {
    const ofRecords = [...topology.permissions, ...topology.topicPermissions].flatMap(({ user, vhost }) => {
        const place = placeOf(vhost, "permission", user);
        return [
            { place, role: "user", kind: "user" as const, vhost, name: user },
            { place, role: "virtual host", kind: "virtual host" as const, vhost, name: vhost },
        ];
    });
    const ofTopics = topology.topicPermissions
        .filter(({ exchange }) => exchange !== "")
        .map(({ user, vhost, exchange }) => ({
            place: placeOf(vhost, "topic permission", user),
            role: "exchange",
            kind: "exchange" as const,
            vhost,
            name: exchange,
        }));
    return [...ofRecords, ...ofTopics];
}
