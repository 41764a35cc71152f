import http from "node:http";
import { text } from "node:stream/consumers";

export interface GatewayAnswer {
    readonly status: number;
    readonly body: string;
}

/** Sends a GET to the gateway behind an entrance. Other than `fetch`, with a host name that the gateway serves. */
export async function askGateway(entrance: string, path: string, token: string): Promise<GatewayAnswer> {
    return await new Promise((resolve, reject) => {
        http.get(
            `http://${entrance}${path}`,
            {
                headers: { host: "localhost", authorization: `Bearer ${token}` },
                signal: AbortSignal.timeout(5_000),
            },
            (response) => {
                text(response).then((body) => {
                    resolve({ status: response.statusCode ?? 0, body });
                }, reject);
            },
        ).once("error", reject);
    });
}
