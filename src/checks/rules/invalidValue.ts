import type { ArgumentValue } from "../../model/index.js";
import type { Rule } from "../rule.js";

export const invalidValue: Rule = {
    id: "invalidValue",
    severity: "error",
    reason: "A setting has a value of the wrong type or out of range: the broker refuses the queue or the policy.",
    fix: "Give a value that the broker takes.",
    invariants: [19, 21, 22],
    source: "https://www.rabbitmq.com/docs/ttl",
    check: ({ statements }) =>
        statements.flatMap(({ places, key, value }) => {
            const wanted = demands.get(key);
            return wanted === undefined || wanted.accepts(value)
                ? []
                : places().map((place) => ({
                      place,
                      message: `"${key}" is ${JSON.stringify(value)}; the broker wants ${wanted.what}`,
                      fix: "give such a value",
                  }));
        }),
};

interface Demand {
    readonly what: string;
    readonly accepts: (value: ArgumentValue) => boolean;
}

/** The broker keeps times in 32 bits. */
const longestMs = 4_294_967_295;

function integer(least: number, most = Number.MAX_SAFE_INTEGER): Demand {
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    return {
        what: `an integer ${range}`,
        accepts: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
    };
}

function oneOf(...values: readonly string[]): Demand {
    return {
        what: `one of ${values.map((each) => `"${each}"`).join(", ")}`,
        accepts: (value) => typeof value === "string" && values.includes(value),
    };
}

const name: Demand = { what: "a name", accepts: (value) => typeof value === "string" };

const demands: ReadonlyMap<string, Demand> = new Map(
    Object.entries({
        "message-ttl": integer(0, longestMs),
        expires: integer(1, longestMs),
        "max-length": integer(0),
        "max-length-bytes": integer(0),
        "max-priority": integer(0, 255),
        "delivery-limit": integer(-1),
        "consumer-timeout": integer(0, longestMs),
        "delayed-retry-min": integer(1, longestMs),
        "delayed-retry-max": integer(1, longestMs),
        "quorum-initial-group-size": integer(1),
        "target-group-size": integer(1),
        "delayed-retry-type": oneOf("disabled", "all", "failed", "returned"),
        overflow: oneOf("drop-head", "reject-publish", "reject-publish-dlx"),
        "dead-letter-strategy": oneOf("at-most-once", "at-least-once"),
        "dead-letter-exchange": name,
        "dead-letter-routing-key": name,
        "alternate-exchange": name,
        "queue-leader-locator": oneOf("client-local", "balanced", "random", "least-leaders", "min-masters"),
        "max-age": {
            what: 'a number and a unit, such as "7D"',
            accepts: (value) => typeof value === "string" && /^\d+[YMDhms]$/.test(value),
        },
    }),
);
