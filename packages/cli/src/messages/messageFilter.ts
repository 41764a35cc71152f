import { type Duration, parseDuration, UsageError } from "@spot-messaging/topology";
import {
    type MessageHistory,
    type ParkedMessage,
    type ParkingCause,
    type ParkingReason,
    parkingReasons,
} from "@spot-messaging/topology/messages";

/** The options that choose messages. Those of one kind are alternatives; a message must meet every kind. */
export interface FilterOptions {
    readonly reason?: readonly string[];
    readonly error?: readonly string[];
    readonly from?: readonly string[];
    readonly olderThan?: string;
    readonly newerThan?: string;
    readonly key?: readonly string[];
    readonly header?: readonly string[];
    readonly id?: readonly string[];
    readonly again?: true;
}

/** Why a message is not chosen, as the end of `12 messages ...`; `undefined` if it is. */
export type MessageFilter = (
    message: ParkedMessage,
    history: MessageHistory,
    cause: ParkingCause,
) => string | undefined;

/** Messages that were sent back and failed again stay, so that they do not go in circles. */
export const failedAgain = "were sent back before and failed again (--again sends them too)";

const notChosen = "do not match";

/**
 * The filter of the options.
 * @param now in milliseconds since 1970
 * @throws UsageError
 */
export function messageFilter(options: FilterOptions, now: number): MessageFilter {
    const { reason, error, from, key, id, header = [] } = options;
    const wrong = reason?.find((each) => !isReason(each));
    if (wrong !== undefined) {
        throw new UsageError(`--reason "${wrong}" is unknown; choose from ${parkingReasons.join(", ")}`);
    }
    const olderThan = ageOf("--older-than", options.olderThan);
    const newerThan = ageOf("--newer-than", options.newerThan);
    const headers = header.map(headerOf);
    return (message, history, cause) => {
        const { properties } = message;
        const failedAt = cause.at ?? properties.timestamp;
        const among = (list: readonly string[] | undefined, value: string | undefined): boolean =>
            list === undefined || (value !== undefined && list.includes(value));
        const isChosen =
            among(reason, cause.reason) &&
            among(error, cause.errorType) &&
            among(from, cause.queue) &&
            (key === undefined || keysOf(message, history).some((each) => key.includes(each))) &&
            (id === undefined || among(id, properties.messageId) || among(id, properties.correlationId)) &&
            headers.every(({ name, value }) => textOf(message.headers[name]) === value) &&
            (olderThan === undefined || (failedAt !== undefined && now - failedAt >= olderThan)) &&
            (newerThan === undefined || (failedAt !== undefined && now - failedAt < newerThan));
        return !isChosen
            ? notChosen
            : options.again !== true && history.redrives.length > 0
              ? failedAgain
              : undefined;
    };
}

/** The routing keys that the message was published with at any time. */
function keysOf({ routingKey }: ParkedMessage, { deaths }: MessageHistory): readonly string[] {
    return [routingKey, ...deaths.flatMap(({ routingKeys }) => routingKeys)];
}

function isReason(text: string): text is ParkingReason {
    return parkingReasons.some((each) => each === text);
}

/** @throws UsageError */
function ageOf(option: string, text: string | undefined): Duration | undefined {
    const age = text === undefined ? undefined : parseDuration(text);
    if (text !== undefined && age === undefined) {
        throw new UsageError(`${option} "${text}" is not an age; write for example "2 hours"`);
    }
    return age;
}

/** @throws UsageError */
function headerOf(text: string): { readonly name: string; readonly value: string } {
    const [, name, value] = /^([^=]+)=(.*)$/su.exec(text) ?? [];
    if (name === undefined || value === undefined) {
        throw new UsageError(`--header "${text}" has no value; write --header name=value`);
    }
    return { name, value };
}

function textOf(value: unknown): string | undefined {
    return value === undefined ? undefined : typeof value === "string" ? value : JSON.stringify(value);
}
