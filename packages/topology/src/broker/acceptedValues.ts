import { type ArgumentValue, isAtLeast, type KnownVersion } from "../model/index.ts";
import type { SettableBy } from "./capability.ts";

/** The values that the broker accepts for a setting. */
export interface AcceptedValues {
    /** A phrase after "set": `an integer of at least 0`. */
    readonly description: string;
    readonly accepts: (value: ArgumentValue) => boolean;
}

/**
 * The values that a broker version accepts for a setting; `undefined` if it accepts any value. The broker validates policies and arguments
 * in different places, with different rules.
 * @param key the policy key
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v4.3.5/deps/rabbit/src/rabbit_policies.erl validate_policy0
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v4.3.5/deps/rabbit/src/rabbit_amqqueue.erl declare_args
 */
export function acceptedValuesOf(
    key: string,
    way: SettableBy,
    version: KnownVersion,
): AcceptedValues | undefined {
    const tables =
        way === "argument"
            ? [isAtLeast(version, "4.3") ? undefined : byArgumentUntil42, byArgument]
            : [isAtLeast(version, "4.0") ? undefined : byPolicyUntil313, byPolicy];
    return tables.map((table) => table?.get(key)).find((values) => values !== undefined);
}

/** No default maximum, because JSON and Erlang have integers of any size. */
function integer(min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY): AcceptedValues {
    const range =
        max !== Number.POSITIVE_INFINITY
            ? ` from ${min} to ${max}`
            : min !== Number.NEGATIVE_INFINITY
              ? ` of at least ${min}`
              : "";
    return {
        description: `an integer${range}`,
        accepts: (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
    };
}

function oneOf(...values: readonly (number | string)[]): AcceptedValues {
    const list = values.map((each) => JSON.stringify(each)).join(", ");
    return {
        description: values.length === 1 ? list : `one of ${list}`,
        accepts: (value) => values.some((each) => each === value),
    };
}

const name: AcceptedValues = { description: "a name", accepts: (value) => typeof value === "string" };
const flag: AcceptedValues = { description: "true or false", accepts: (value) => typeof value === "boolean" };
const locators = ["client-local", "balanced", "random", "least-leaders"];
const allLocators = oneOf(...locators, "min-masters");

/** Ten years: the broker limits times in arguments, but not in policies. */
const maxMs = 315_360_000_000;

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
        description: 'a number above 0 and a unit, such as "7D"',
        accepts: (value) => typeof value === "string" && /^0*[1-9]\d*[YMDhms]$/.test(value),
    },
} as const satisfies Readonly<Record<string, AcceptedValues>>;

const byPolicy: ReadonlyMap<string, AcceptedValues> = new Map(
    Object.entries({
        ...anyWay,
        "message-ttl": integer(0),
        expires: integer(1),
        "initial-cluster-size": integer(0),
        "queue-leader-locator": oneOf(...locators),
        "queue-master-locator": allLocators,
        "queue-mode": oneOf("default", "lazy"),
        // RabbitMQ 4.3 still accepts a policy with version 1, but ignores it.
        "queue-version": oneOf(1, 2),
        "federation-upstream": name,
        "federation-upstream-set": name,
        "federation-upstream-pattern": name,
    }),
);

/** A negative limit means "no limit" from 4.0 on. */
const byPolicyUntil313: ReadonlyMap<string, AcceptedValues> = new Map(
    Object.entries({ "delivery-limit": integer(0) }),
);

const byArgument: ReadonlyMap<string, AcceptedValues> = new Map(
    Object.entries({
        ...anyWay,
        "message-ttl": integer(0, maxMs),
        expires: integer(1, maxMs),
        "max-priority": integer(0, 255),
        "initial-cluster-size": integer(1),
        "quorum-initial-group-size": integer(1),
        "single-active-consumer": flag,
        "queue-leader-locator": allLocators,
        "queue-version": oneOf(2),
    }),
);

const byArgumentUntil42: ReadonlyMap<string, AcceptedValues> = new Map(
    Object.entries({
        "queue-mode": oneOf("default", "lazy"),
        "queue-version": oneOf(1, 2),
    }),
);
