import { type Binding, bindingKey, type Topology } from "@spot-messaging/topology";
import { type Finding, inOrder } from "@spot-messaging/topology/check";
import { undeclarable } from "@spot-messaging/topology/provider";

type Problem = Pick<Finding, "place" | "message" | "fix">;

/** Problems of declarations that the RabbitMQ provider would declare differently, or whose resources would get the same logical name. */
export function undeclarableProblems(topology: Topology): readonly Finding[] {
    const problems = [
        ...undeclarable(topology).map(({ place, message, fix }) => ({ place, message, fix })),
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
