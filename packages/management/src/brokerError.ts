import { UserError } from "@spot-messaging/topology";

/** The endpoint does not answer, or not in time: exit code 3 of the command. */
export class BrokerUnreachable extends UserError {
    override readonly name = "BrokerUnreachable";
    readonly endpoint: string;
    /** Node's error code: `ECONNREFUSED`, `ENOTFOUND`, …; undefined after a timeout. */
    readonly code: string | undefined;

    constructor(endpoint: string, reason: string, code?: string) {
        super(
            `broker "${endpoint}" cannot be reached (${reason}); check that it runs and that the endpoint is right`,
        );
        this.endpoint = endpoint;
        this.code = code;
    }
}

/** The broker answered with an error. The message never contains credentials or the request's body. */
export class BrokerRefused extends UserError {
    override readonly name = "BrokerRefused";
    readonly status: number;
    /** The broker's message, such as `inequivalent arg 'x-queue-type' for queue 'a' in vhost '/'`. */
    readonly reason: string;
    /** Method and path, such as `PUT /api/queues/spot/audit`. */
    readonly request: string;

    constructor(endpoint: string, request: string, status: number, reason: string) {
        const wayOut = status === 401 ? "; check the username and the password" : "";
        super(`broker "${endpoint}" refused ${request} with ${status} (${reason})${wayOut}`);
        this.status = status;
        this.reason = reason;
        this.request = request;
    }
}
