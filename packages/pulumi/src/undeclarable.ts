import {
    type ArgumentValue,
    type Binding,
    bindingKey,
    type Exchange,
    type Policy,
    type Topology,
    valueText,
} from "@spot-messaging/topology";
import { type Finding, inOrder } from "@spot-messaging/topology/check";

const provider = "@pulumi/rabbitmq";

type Problem = Pick<Finding, "place" | "message" | "fix">;

/** Problems of declarations that the RabbitMQ provider would declare differently, or whose resources would get the same logical name. */
export function undeclarableProblems(topology: Topology): readonly Finding[] {
    const problems = [
        ...topology.vhosts.flatMap(({ name, limits, defaultQueueType, protectedFromDeletion }) =>
            unknownTo(`vhost "${name}"`, {
                limits,
                "a default queue type": defaultQueueType,
                "protection from deletion": protectedFromDeletion === true ? true : undefined,
            }),
        ),
        ...topology.users.flatMap(({ name, limits }) => unknownTo(`user "${name}"`, { limits })),
        ...topology.exchanges.flatMap(exchangeProblems),
        ...topology.policies.flatMap((each) => policyProblems("policy", each)),
        ...topology.operatorPolicies.flatMap((each) => policyProblems("operator policy", each)),
        ...repeated(topology.bindings, bindingKey, bindingPlace),
        ...repeated(
            topology.permissions,
            ({ vhost, user }) => JSON.stringify([vhost, user]),
            ({ vhost, user }) => `vhost "${vhost}": permissions of user "${user}"`,
        ),
        ...repeated(
            topology.topicPermissions,
            ({ vhost, user, exchange }) => JSON.stringify([vhost, user, exchange]),
            ({ vhost, user, exchange }) =>
                `vhost "${vhost}": topic permissions of user "${user}" on exchange "${exchange}"`,
        ),
    ];
    return inOrder(problems.map((each) => ({ rule: "undeclarable", severity: "error", ...each })));
}

function unknownTo(place: string, settings: Readonly<Record<string, unknown>>): readonly Problem[] {
    return Object.entries(settings)
        .filter(([, value]) => value !== undefined)
        .map(([what]) => ({
            place,
            message: `has ${what}, which ${provider} cannot declare`,
            fix: "leave it out here, and set it with rabbitmqctl",
        }));
}

function exchangeProblems({ vhost, name, internal, arguments: args }: Exchange): readonly Problem[] {
    const place = `vhost "${vhost}": exchange "${name}"`;
    const others = Object.entries(args).filter(([, value]) => typeof value !== "string");
    return [
        ...(internal
            ? [
                  {
                      place,
                      message: `is internal, which ${provider} cannot declare`,
                      fix: 'leave out "internal"',
                  },
              ]
            : []),
        ...others.map(([key, value]) => ({
            place,
            message: `has argument "${key}" with the value ${valueText(value)}, which ${provider} sends as a string`,
            fix: "write a string, or leave it out",
        })),
    ];
}

function policyProblems(noun: string, { vhost, name, definition }: Policy): readonly Problem[] {
    return Object.entries(definition)
        .filter(([, value]) => !survives(value))
        .map(([key, value]) => ({
            place: `vhost "${vhost}": ${noun} "${name}"`,
            message: `sets "${key}" to ${valueText(value)}, which ${provider} sends as ${typeof value === "string" ? "a number" : "a string"}`,
            fix: "leave it out here, and set it with rabbitmqctl",
        }));
}

/** The provider sends a policy's value as an integer if it looks like one, and as a string otherwise. */
function survives(value: ArgumentValue): boolean {
    return typeof value === "string" ? !/^[+-]?\d+$/.test(value) : Number.isSafeInteger(value);
}

function bindingPlace({ vhost, source, destinationType, destination, routingKey }: Binding): string {
    return `vhost "${vhost}": binding of ${destinationType} "${destination}" to exchange "${source}" with routing key "${routingKey}"`;
}

function repeated<T>(
    objects: readonly T[],
    keyOf: (object: T) => string,
    placeOf: (object: T) => string,
): readonly Problem[] {
    const seen = new Set<string>();
    return objects.flatMap((object) => {
        const key = keyOf(object);
        if (!seen.has(key)) {
            seen.add(key);
            return [];
        }
        return [{ place: placeOf(object), message: "is declared more than once", fix: "remove one" }];
    });
}
