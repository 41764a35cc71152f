import { compile, deadLetterQueueOf } from "../broker/compile/index.js";
import {
    type Declaration,
    type Environment,
    type Service,
    type Topology,
    userNames,
} from "../model/index.js";
import { analysisExchanges, analysisQueues, analysisServices } from "./analysis.js";
import { exchanges, vhostName } from "./names.js";
import { notificationExchanges, notificationQueues, notificationServices } from "./notifications.js";
import { operationsExchanges, operationsQueues, operationsServices, retryExchange } from "./operations.js";

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
