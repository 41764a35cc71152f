import { type ArgumentValue, type BrokerVersion, isAtLeast } from "../model/index.ts";
import type { SettableBy } from "./capability.ts";

/** What a broker wants of a setting's value. */
export interface Demand {
    /** In words that follow "give". */
    readonly what: string;
    readonly accepts: (value: ArgumentValue) => boolean;
}

/**
 * What a version of the broker wants of a setting that is given in a certain way; `undefined` where it takes any value. The broker looks
 * at policies and at arguments in two places, which differ.
 * @param key as a policy spells it
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v4.3.5/deps/rabbit/src/rabbit_policies.erl validate_policy0
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v4.3.5/deps/rabbit/src/rabbit_amqqueue.erl declare_args
 */
export function demandOf(key: string, way: SettableBy, version: BrokerVersion): Demand | undefined {
    return way !== "argument"
        ? byPolicy.get(key)
        : ((isAtLeast(version, "4.3") ? undefined : byArgumentUntil42.get(key)) ?? byArgument.get(key));
}

/** Without a largest one, since JSON and Erlang have integers of any size. */
function integer(least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY): Demand {
    const range =
        most !== Number.POSITIVE_INFINITY
            ? ` from ${least} to ${most}`
            : least !== Number.NEGATIVE_INFINITY
              ? ` of at least ${least}`
              : "";
    return {
        what: `an integer${range}`,
        accepts: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
    };
}

function oneOf(...values: readonly (number | string)[]): Demand {
    const list = values.map((each) => JSON.stringify(each)).join(", ");
    return {
        what: values.length === 1 ? list : `one of ${list}`,
        accepts: (value) => values.some((each) => each === value),
    };
}

const name: Demand = { what: "a name", accepts: (value) => typeof value === "string" };
const flag: Demand = { what: "true or false", accepts: (value) => typeof value === "boolean" };
const locators = ["client-local", "balanced", "random", "least-leaders"];
const allLocators = oneOf(...locators, "min-masters");

/** Ten years: as arguments, times are bounded; in a policy they are not. */
const longestMs = 315_360_000_000;

const anyWay = {
    "max-length": integer(0),
    "max-length-bytes": integer(0),
    "max-in-memory-length": integer(0),
    "max-in-memory-bytes": integer(0),
    "delivery-limit": integer(),
    "consumer-timeout": integer(0),
    "consumer-disconnected-timeout": integer(0),
    "delayed-retry-min": integer(1),
    "delayed-retry-max": integer(1),
    "target-group-size": integer(1),
    "stream-max-segment-size-bytes": integer(0, 3_000_000_000),
    "stream-filter-size-bytes": integer(16, 255),
    "delayed-retry-type": oneOf("disabled", "all", "failed", "returned"),
    overflow: oneOf("drop-head", "reject-publish", "reject-publish-dlx"),
    "dead-letter-strategy": oneOf("at-most-once", "at-least-once"),
    "dead-letter-exchange": name,
    "dead-letter-routing-key": name,
    "alternate-exchange": name,
    "max-age": {
        what: 'a number above 0 and a unit, such as "7D"',
        accepts: (value) => typeof value === "string" && /^0*[1-9]\d*[YMDhms]$/.test(value),
    },
} as const satisfies Readonly<Record<string, Demand>>;

const byPolicy: ReadonlyMap<string, Demand> = new Map(
    Object.entries({
        ...anyWay,
        "message-ttl": integer(0),
        expires: integer(1),
        "initial-cluster-size": integer(0),
        "queue-leader-locator": oneOf(...locators),
        "queue-master-locator": allLocators,
        "queue-mode": oneOf("default", "lazy"),
        // 4.3 still takes a policy with version 1, which no queue heeds any more.
        "queue-version": oneOf(1, 2),
        "federation-upstream": name,
        "federation-upstream-set": name,
        "federation-upstream-pattern": name,
    }),
);

const byArgument: ReadonlyMap<string, Demand> = new Map(
    Object.entries({
        ...anyWay,
        "message-ttl": integer(0, longestMs),
        expires: integer(1, longestMs),
        "max-priority": integer(0, 255),
        "initial-cluster-size": integer(1),
        "quorum-initial-group-size": integer(1),
        "single-active-consumer": flag,
        "queue-leader-locator": allLocators,
        "queue-version": oneOf(2),
    }),
);

const byArgumentUntil42: ReadonlyMap<string, Demand> = new Map(
    Object.entries({
        "queue-mode": oneOf("default", "lazy"),
        "queue-version": oneOf(1, 2),
    }),
);
