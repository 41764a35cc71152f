import { z } from "zod";
import { HostRefused, HostUnreachable } from "./hostError.ts";
import { type HostKind, tokenNeeds, tokenVariables } from "./hostKind.ts";

/** The error of the client. Without a response, the host did not answer, and the status has no meaning. */
const failure = z.object({
    status: z.number(),
    message: z.string(),
    response: z.object({ headers: z.record(z.string(), z.unknown()), data: z.unknown() }).optional(),
});
type Failure = z.infer<typeof failure>;

/** GitHub's form, and the two of GitLab. */
const errorBody = z.union([
    z
        .object({ message: z.unknown(), errors: z.array(z.unknown()).optional() })
        .transform(({ message, errors = [] }) => [message, ...errors]),
    z
        .object({ error: z.unknown(), error_description: z.unknown() })
        .transform(({ error, error_description: description }) => [
            error,
            ...(description === undefined ? [] : [description]),
        ]),
]);

/** The request that failed. */
export interface FailedRequest {
    readonly kind: HostKind;
    readonly endpoint: string;
    /** The requested thing. */
    readonly what: string;
}

/** Describes a failed request in one sentence. Any other error is returned unchanged. */
export function hostFailure(error: unknown, { kind, endpoint, what }: FailedRequest): Error {
    const { data: failed } = failure.safeParse(error);
    if (failed === undefined) {
        return error instanceof Error ? error : new Error(String(error));
    }
    const host = `code host "${endpoint}"`;
    if (failed.response === undefined) {
        return new HostUnreachable(
            `${host} cannot be reached (${failed.message}); ${
                /self.signed|issuer|unable to verify/iu.test(failed.message)
                    ? "put the certificate of its authority into the file that NODE_EXTRA_CA_CERTS names"
                    : "check its URL and the network"
            }`,
        );
    }
    const reason = reasonOf(failed.response.data);
    if (isRateLimit(failed)) {
        return new HostUnreachable(
            `${host}: ${what}: too many requests, and the required wait is longer than the timeout${waitOf(failed)}; run again later, or raise --timeout`,
        );
    }
    if (failed.status >= 500) {
        return new HostUnreachable(
            `${host}: ${what}: fails with ${failed.status} (${reason}); run again later`,
        );
    }
    switch (failed.status) {
        case 401:
            return new HostRefused(
                "forbidden",
                `${host}: ${what}: the token is not accepted (${reason}); ${kind === "github" ? `check ${tokenVariables[kind]}` : tokenNeeds[kind]}`,
            );
        case 403:
            return new HostRefused(
                "forbidden",
                `${host}: ${what}: the token lacks the permission (${reason}); ${tokenNeeds[kind]}`,
            );
        case 404:
        case 410:
            return new HostRefused(
                "missing",
                `${host}: ${what}: does not exist, or the token may not read it (${reason}); check repository, number and token`,
            );
        case 413:
            return new HostRefused(
                "refused",
                `${host}: ${what}: is too long for it (${reason}); give a shorter report`,
            );
        default:
            return new HostRefused("refused", `${host}: ${what}: refused with ${failed.status} (${reason})`);
    }
}

/** A rate limit has status 429, or status 403 with one of these signs. */
function isRateLimit({ status, message, response }: Failure): boolean {
    const headers = response?.headers ?? {};
    return (
        status === 429 ||
        (status === 403 &&
            (headers["x-ratelimit-remaining"] === "0" ||
                headers["retry-after"] !== undefined ||
                /\bsecondary rate\b/iu.test(message)))
    );
}

function waitOf({ response }: Failure): string {
    const { "retry-after": seconds, "x-ratelimit-reset": reset } = response?.headers ?? {};
    if (typeof seconds === "string" && /^\d+$/u.test(seconds)) {
        return ` (${seconds} seconds)`;
    }
    return typeof reset === "string" && /^\d+$/u.test(reset)
        ? ` (until ${new Date(Number(reset) * 1_000).toISOString()})`
        : "";
}

/** The message of the host, in one short line, because a proxy may answer with a whole page. */
function reasonOf(data: unknown): string {
    const { data: answer } = errorBody.safeParse(data);
    const text = answer === undefined ? String(data) : answer.map(wordOf).join(": ");
    const line = text.replace(/\s+/gu, " ").trim();
    return line === "" ? "no reason given" : line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

function wordOf(value: unknown): string {
    return typeof value === "string" ? value : JSON.stringify(value);
}
