import getPort, { portNumbers } from "get-port";

/**
 * A free port below the range for outgoing connections (Linux: 32,768 to 60,999, `ip_local_port_range`). A port of that range can be taken by
 * a connection before the broker listens on it, or while it restarts.
 */
export async function freePort(): Promise<number> {
    // From a random place on: another process that looks for a port now must not find the same one.
    const first = 20_000 + Math.floor(Math.random() * 9_000);
    return await getPort({ host: "127.0.0.1", port: portNumbers(first, 29_999) });
}
