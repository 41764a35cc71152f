import getPort, { portNumbers } from "get-port";

/**
 * A port that nobody listens on. It lies below those that systems give to outgoing connections (Linux: 32,768 to 60,999, `ip_local_port_range`): one
 * of these may be a connection's own by the time that a broker listens on it, or starts again.
 */
export async function freePort(): Promise<number> {
    return await getPort({ host: "127.0.0.1", port: portNumbers(20_000, 29_999) });
}
