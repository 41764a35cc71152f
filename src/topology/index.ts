import {
    compile,
    type Declaration,
    declare,
    type ServiceInput,
    type Topology,
} from "@spot-messaging/topology";
import { userNames } from "../environment/credentials.ts";
import { type Environment } from "../environment/environment.ts";
import { analysis, replyExchange } from "./analysis.ts";
import type { Context } from "./context.ts";
import { exchanges, vhostName } from "./names.ts";
import { notifications } from "./notifications.ts";
import { operations, retryExchange } from "./operations.ts";

/** The bounded contexts of spot, by file name in this folder. */
function contexts(environment: Environment): Readonly<Record<string, Context>> {
    const business = { analysis: analysis(environment), notifications: notifications(environment) };
    return { ...business, operations: operations(Object.values(business)) };
}

/** spot's declarations, independent of the broker version. */
export function declareSpot(environment: Environment): Declaration {
    const { credentials, jobLimit, retain, retry } = environment;
    const parts = Object.values(contexts(environment));
    const withUsers = (each: ServiceInput): ServiceInput => {
        const users = userNames(each.name, credentials);
        return users.length === 1 && users[0] === each.name ? each : { ...each, users };
    };
    return declare({
        vhost: vhostName,
        defaults: { jobLimit, retain, retry },
        exchanges: parts.flatMap((each) => each.exchanges),
        queues: parts.flatMap((each) => each.queues),
        services: parts.flatMap((each) => each.services).map(withUsers),
        deadLetterExchange: exchanges.deadLetter,
        retryExchange,
        replyExchange,
    });
}

/** The topology of an environment's broker. */
export function buildTopology(environment: Environment): Topology {
    return compile(declareSpot(environment), environment.brokerVersion);
}
