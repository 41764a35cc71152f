import getPort, { portNumbers } from "get-port";

/** Different for processes that run at the same time: a port that one has chosen is free until its container listens. */
const first = 20_000 + 20 * (process.pid % 450);

/**
 * A free port below the range for outgoing connections (Linux: 32,768 to 60,999, `ip_local_port_range`). A port of that range can be taken by
 * a connection before the broker listens on it, or while it restarts.
 */
export async function freePort(): Promise<number> {
    return await getPort({ host: "127.0.0.1", port: portNumbers(first, 29_999) });
}
