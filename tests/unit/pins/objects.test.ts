import { type BrokerVersion, brokerVersions, type Topology } from "@spot-messaging/topology";
import { expect, it } from "vitest";
import { devTopology } from "../environments.ts";
import { pinned } from "./pinned.ts";

function objects(version: BrokerVersion): readonly string[] {
    const { exchanges, queues, bindings, users, services }: Topology = devTopology(version);
    return [
        ...exchanges.map(({ name, type }) => `exchange ${name}: ${type}`),
        ...queues.map(({ name, type, purpose }) => `queue ${name}: ${type}, ${purpose ?? "no purpose"}`),
        ...bindings.map(
            ({ source, routingKey, destination }) => `binding ${source} [${routingKey}] -> ${destination}`,
        ),
        ...users.map(({ name, tags }) => `user ${name}${tags.map((tag) => `, ${tag}`).join("")}`),
        ...services.flatMap(({ name, consumes }) =>
            consumes.map(({ message, queue }) => `consumer ${name}: ${message} from ${queue}`),
        ),
    ];
}

// Written out, so that an object which the program declares by accident is seen in a review.
it("declares exactly the objects that objects.txt lists", async () => {
    await expect(pinned(brokerVersions.map((version) => [version, objects(version)]))).toMatchFileSnapshot(
        "objects.txt",
    );
});
