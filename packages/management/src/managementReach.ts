import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { setTimeout as passed } from "node:timers/promises";
import { UserError } from "@spot-messaging/topology";

/** How to connect to the management API of a broker, also through TLS with a private certificate authority. */
export interface ManagementAccess {
    /** The management API's URL. */
    readonly endpoint: string;
    readonly username: string;
    readonly password: string;
    /** The certificate authority of the broker's certificate, as PEM. @default - the machine's list of authorities */
    readonly authority?: string | undefined;
    /** How long to retry. @default 10000 */
    readonly timeoutMs?: number;
}

/** A management API that cannot be used, with a way out. */
export class ManagementUnreachable extends UserError {
    override readonly name = "UnreachableManagement";
}

const pauseMs = 500;
const noAnswer = "no answer in time";

/**
 * Waits until the management API answers and accepts the user. The engine's provider would retry for minutes and then fail without a useful
 * message.
 * @throws UnreachableManagement `management API "https://localhost:15671" ...`, with a way out
 */
export async function reachManagement(access: ManagementAccess): Promise<void> {
    const { endpoint, username, timeoutMs = 10_000 } = access;
    const deadline = Date.now() + timeoutMs;
    let reason = noAnswer;
    do {
        const outcome = await ask(access, Math.max(1, deadline - Date.now()));
        if (outcome === 200) {
            return;
        }
        if (outcome === 401) {
            throw new ManagementUnreachable(
                `management API "${endpoint}" refuses user "${username}"; check the user name and give its current password`,
            );
        }
        // The last attempt may have had too little time; the reason of an earlier one is more useful.
        if (outcome !== noAnswer) {
            reason = typeof outcome === "number" ? `it answers with status ${outcome}` : outcome;
        }
        // A certificate problem does not disappear by waiting.
        if (/certificate|altnames|self.signed/i.test(reason)) {
            throw new ManagementUnreachable(
                `management API "${endpoint}" has a certificate that is not trusted (${reason}); set NODE_EXTRA_CA_CERTS and SSL_CERT_FILE to the file of its certificate authority, or use the host name in the certificate`,
            );
        }
        await passed(Math.min(pauseMs, Math.max(0, deadline - Date.now())));
    } while (Date.now() < deadline);
    throw new ManagementUnreachable(
        `management API "${endpoint}" cannot be reached from here (${reason}); run pulumi where it is reachable, or forward its port: kubectl port-forward service/rabbitmq 15671, with managementUrl https://localhost:15671`,
    );
}

/** The status of the answer, or the reason why no answer came. */
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
            resolve(signal.aborted ? noAnswer : reasonOf(error));
        });
        request.end();
    });
}

/** An error of several attempts (one for each address) has no message. */
function reasonOf(error: Error): string {
    const code = "code" in error && typeof error.code === "string" ? error.code : "";
    return [code, error.message].find((each) => each !== "" && !each.startsWith("ERR_TLS")) ?? String(error);
}
