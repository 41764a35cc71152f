import {
    compile,
    type Declaration,
    deadLetterQueueOf,
    type Service,
    type Topology,
} from "@spot-messaging/topology";
import { userNames } from "../environment/credentials.ts";
import { type Environment } from "../environment/environment.ts";
import { analysisExchanges, analysisQueues, analysisServices } from "./analysis.ts";
import { exchanges, vhostName } from "./names.ts";
import { notificationExchanges, notificationQueues, notificationServices } from "./notifications.ts";
import { operationsExchanges, operationsQueues, operationsServices, retryExchange } from "./operations.ts";

/** What spot wants of its broker, whatever the broker's version. */
export function declareSpot(environment: Environment): Declaration {
    const deployed = [...analysisServices(environment), ...notificationServices(environment)];
    const withUsers = (each: Service): Service => {
        const users = userNames(each.name, environment.credentials);
        return users.length === 1 && users[0] === each.name ? each : { ...each, users };
    };
    const queues = [
        ...analysisQueues(environment),
        ...notificationQueues(environment),
        ...operationsQueues(deployed),
    ];
    const deadLetterQueues = queues
        .filter(({ purpose }) => purpose === "work")
        .map(({ name }) => deadLetterQueueOf(name));
    return {
        vhost: vhostName,
        exchanges: [...analysisExchanges, ...notificationExchanges, ...operationsExchanges],
        queues,
        services: [...deployed, ...operationsServices(deployed, deadLetterQueues)].map(withUsers),
        deadLetterExchange: exchanges.deadLetter,
        retryExchange,
        retain: environment.retain,
    };
}

/** Everything that an environment's broker is told. */
export function buildTopology(environment: Environment): Topology {
    return compile(declareSpot(environment), environment.brokerVersion);
}
