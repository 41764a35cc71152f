import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { setTimeout as passed } from "node:timers/promises";
import { UserError } from "@spot-messaging/topology";

/** How to reach the management API of a broker, also through TLS with an authority of its own. */
export interface ManagementAccess {
    /** The management API's URL. */
    readonly endpoint: string;
    readonly username: string;
    readonly password: string;
    /** What the broker's certificate is checked against, as PEM. @default - the machine's own list of authorities */
    readonly authority?: string | undefined;
    /** How long to go on trying. @default 10000 */
    readonly timeoutMs?: number;
}

/** A management API that does not let itself be used, and what to do about it. */
export class UnreachableManagement extends UserError {
    override readonly name = "UnreachableManagement";
}

const pauseMs = 500;
const silence = "no answer in time";

/**
 * Waits until the management API answers and knows the user. The engine's provider would try for minutes, and then say nothing of use.
 * @throws UnreachableManagement `management API "https://localhost:15671" ...`, with the way out
 */
export async function reachManagement(access: ManagementAccess): Promise<void> {
    const { endpoint, username, timeoutMs = 10_000 } = access;
    const deadline = Date.now() + timeoutMs;
    let reason = silence;
    do {
        const outcome = await ask(access, Math.max(1, deadline - Date.now()));
        if (outcome === 200) {
            return;
        }
        if (outcome === 401) {
            throw new UnreachableManagement(
                `management API "${endpoint}" does not let user "${username}" in; give the password that it has there`,
            );
        }
        // The last attempt may have had no time; what an earlier one was told says more.
        if (outcome !== silence) {
            reason = typeof outcome === "number" ? `it answers with status ${outcome}` : outcome;
        }
        // What is wrong with a certificate does not get better by waiting.
        if (/certificate|altnames|self.signed/i.test(reason)) {
            throw new UnreachableManagement(
                `management API "${endpoint}" has a certificate that is not trusted (${reason}); name the file of its authority in NODE_EXTRA_CA_CERTS and SSL_CERT_FILE, or the host that the certificate is for`,
            );
        }
        await passed(Math.min(pauseMs, Math.max(0, deadline - Date.now())));
    } while (Date.now() < deadline);
    throw new UnreachableManagement(
        `management API "${endpoint}" cannot be reached from here (${reason}); run pulumi where it can be, or open it: kubectl port-forward service/rabbitmq 15671, with managementUrl https://localhost:15671`,
    );
}

/** The status of the answer, or why there is none. */
function ask(
    { endpoint, username, password, authority }: ManagementAccess,
    timeoutMs: number,
): Promise<number | string> {
    const url = new URL("/api/whoami", endpoint);
    const signal = AbortSignal.timeout(timeoutMs);
    const options = { auth: `${username}:${password}`, signal };
    return new Promise((resolve) => {
        const request =
            url.protocol === "https:"
                ? httpsRequest(url, { ...options, ...(authority !== undefined && { ca: authority }) })
                : httpRequest(url, options);
        request.on("response", (response) => {
            response.resume();
            resolve(response.statusCode ?? 0);
        });
        request.on("error", (error) => {
            resolve(signal.aborted ? silence : reasonOf(error));
        });
        request.end();
    });
}

/** Several attempts, one an address, have no message of their own. */
function reasonOf(error: Error): string {
    const code = "code" in error && typeof error.code === "string" ? error.code : "";
    return [code, error.message].find((each) => each !== "" && !each.startsWith("ERR_TLS")) ?? String(error);
}
