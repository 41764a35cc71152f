import { isObject, type JsonObject } from "../definitions/objectReader.ts";
import { brokerUris } from "./brokerUri.ts";
import { describeValue } from "./importFile.ts";
import type { ImportObject } from "./importObject.ts";
import {
    aFlag,
    aNumber,
    aText,
    checkParameterTable,
    mandatory,
    oneOf,
    type ParameterFields,
    tableOf,
} from "./parameterTable.ts";

const shared: ParameterFields = {
    exchange: aText,
    queue: aText,
    "consumer-tag": aText,
    "prefetch-count": aNumber,
    "reconnect-delay": aNumber,
    "max-hops": aNumber,
    expires: aNumber,
    "message-ttl": aNumber,
    "trust-user-id": aFlag,
    "ack-mode": oneOf("no-ack", "on-publish", "on-confirm"),
    "resource-cleanup-mode": oneOf("default", "never"),
    "queue-type": oneOf("classic", "quorum"),
    "bind-nowait": aFlag,
    "channel-use-mode": oneOf("multiple", "single"),
};

/**
 * What an import refuses of a federation upstream.
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v4.3.5/deps/rabbitmq_federation_common/src/rabbit_federation_parameters.erl
 */
export function checkUpstream(parameter: ImportObject, value: JsonObject): void {
    checkParameterTable(parameter, ["value"], value, { uri: brokerUris, ...shared });
}

/** The same of a set of upstreams. */
export function checkUpstreamSet(parameter: ImportObject): void {
    const { object, refuse } = parameter;
    const { value } = object;
    if (!Array.isArray(value)) {
        if (!(isObject(value) && Object.keys(value).length === 0)) {
            refuse(
                "value",
                `"value" is ${describeValue(value)}`,
                'give a list, such as [{"upstream": "origin"}]',
            );
        }
        return;
    }
    for (const [index, each] of (value as readonly unknown[]).entries()) {
        const table = tableOf(each);
        if (table === undefined) {
            refuse(["value", index], `has ${describeValue(each)}`, 'give a table with "upstream"');
        } else {
            checkParameterTable(parameter, ["value", index], table, {
                upstream: mandatory(aText),
                ...shared,
            });
        }
    }
}
