import {
    all,
    bounded,
    capped,
    notForStreams,
    onlyQuorum,
    quorum,
    setting,
    smallest,
    stream,
} from "./settingRow.ts";

/** What becomes of messages that a consumer does not process. */
export const deadLetterSettings = {
    "dead-letter-exchange": setting(bounded, "The exchange that receives dead letters.", "dlx", {
        ...notForStreams,
        earlier: [{ before: "3.10", argumentTypes: all }],
    }),
    "dead-letter-routing-key": setting(
        bounded,
        "The routing key of dead letters; refused as an argument without a dead-letter exchange.",
        "dlx#routing",
        { ...notForStreams, earlier: [{ before: "3.10", argumentTypes: all }] },
    ),
    "dead-letter-strategy": setting(
        quorum,
        "Whether dead letters are delivered at most once or at least once.",
        "quorum-queues#dead-lettering",
        {
            ...onlyQuorum,
            since: "3.10",
            default: "at-most-once",
        },
    ),
    // The default is new in 4.0; before, a message was redelivered without limit.
    "delivery-limit": setting(
        quorum,
        "The number of redeliveries before a message is dropped or dead-lettered.",
        "quorum-queues#poison-message-handling",
        {
            ...onlyQuorum,
            settableBy: capped,
            precedence: "limit",
            operatorPrecedence: "limit",
            default: 20,
            earlier: [
                { before: "3.10", default: undefined, dropsPolicyOf: stream },
                { before: "4.0", default: undefined },
            ],
        },
    ),
    // Policies with these keys are accepted from 4.3.1 on, arguments from 4.3.0 on.
    "delayed-retry-type": setting(
        quorum,
        "Which returned messages are redelivered with a delay.",
        "quorum-queues#delayed-retry",
        {
            since: "4.3",
            settableBy: capped,
            precedence: "policy",
            default: "disabled",
        },
    ),
    "delayed-retry-min": setting(
        quorum,
        "The shortest retry delay in milliseconds.",
        "quorum-queues#delayed-retry",
        {
            since: "4.3",
            settableBy: capped,
            precedence: "minimum",
            operatorPrecedence: "maximum",
        },
    ),
    "delayed-retry-max": setting(
        quorum,
        "The longest retry delay in milliseconds.",
        "quorum-queues#delayed-retry",
        {
            ...smallest,
            since: "4.3",
        },
    ),
} as const;
