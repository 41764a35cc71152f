import { readFileSync } from "node:fs";
import { z } from "zod";
import { right } from "./rights.ts";

/** A request about an object in the API server's audit log. */
export interface AuditedRequest {
    readonly verb: string;
    readonly group: string;
    readonly resource: string;
    /** Empty if the request is about several objects. */
    readonly name: string;
    /** Empty if the request is about all namespaces, or about an object without a namespace. */
    readonly namespace: string;
    /** The status of the response; 403 means a missing permission. */
    readonly code: number;
    /** The time of the request, in milliseconds since 1970. */
    readonly time: number;
}

const event = z.object({
    verb: z.string(),
    // A request with wrong credentials has no user.
    user: z.object({ username: z.string().default("") }),
    objectRef: z
        .object({
            resource: z.string().default(""),
            subresource: z.string().default(""),
            apiGroup: z.string().default(""),
            name: z.string().default(""),
            namespace: z.string().default(""),
        })
        .optional(),
    responseStatus: z.object({ code: z.number() }).optional(),
    requestReceivedTimestamp: z.coerce.date(),
});

/** What a user has asked for so far, in the order of the answers; discovery and other requests about no object are left out. */
export function requestsOf(auditLog: string, user: string): readonly AuditedRequest[] {
    // The last line may be half-written.
    const lines = readFileSync(auditLog, "utf8").split("\n").slice(0, -1);
    return lines
        .map((line) => event.parse(JSON.parse(line)))
        .flatMap(({ verb, user: { username }, objectRef, responseStatus, requestReceivedTimestamp }) =>
            username !== user || objectRef === undefined
                ? []
                : [
                      {
                          verb,
                          group: objectRef.apiGroup,
                          resource: [objectRef.resource, objectRef.subresource]
                              .filter((part) => part !== "")
                              .join("/"),
                          name: objectRef.name,
                          namespace: objectRef.namespace,
                          code: responseStatus?.code ?? 0,
                          time: requestReceivedTimestamp.getTime(),
                      },
                  ],
        );
}

/**
 * The rights that requests made use of, sorted. A request that was refused made use of none, and one for the identity's own rights is allowed to
 * all users.
 */
export function usedRights(requests: readonly AuditedRequest[]): readonly string[] {
    const allowed = requests.filter(
        ({ code, group }) => code !== 401 && code !== 403 && group !== "authorization.k8s.io",
    );
    return [...new Set(allowed.map(({ verb, group, resource }) => right(verb, group, resource)))].sort();
}
