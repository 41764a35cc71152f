import getPort, { portNumbers } from "get-port";

/**
 * A free port below the range for outgoing connections (Linux: 32,768 to 60,999, `ip_local_port_range`). A port of that range can be taken by
 * a connection before the broker listens on it, or while it restarts.
 */
export async function freePort(): Promise<number> {
    return await getPort({ host: "127.0.0.1", port: portNumbers(20_000, 29_999) });
}
