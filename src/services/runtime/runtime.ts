/** Where a service finds what it is told, and where it writes: the same in every kind of container. */
export const contractFile = "/etc/spot/contract.json";
export const connectionFile = "/run/secrets/spot/connection.json";
/** The certificate of the authority that the broker's is from, where that is none of the system's. */
export const authorityFile = "/run/secrets/spot-authority/ca.crt";
export const healthFile = "/tmp/spot-health";
export const dataFolder = "/var/lib/spot";

/** The user that the services' image runs as, see `services/Dockerfile`. */
export const serviceUser = 10_001;

/** What every service is told by its environment; the rest comes as files. */
export const serviceEnvironment = {
    SPOT_CONTRACT: contractFile,
    SPOT_CONNECTION: connectionFile,
    SPOT_DATA: dataFolder,
    SPOT_HEALTH: healthFile,
} as const;

export type Probe = "startup" | "readiness" | "liveness";

/**
 * Asks a service how it is, from inside its container: whether it is connected, and every queue that it should consume has its consumer.
 * The rules are in `services/src/spot_health`. Without the site module, which costs as much as the rest.
 */
export function healthCommand(probe: Probe): readonly string[] {
    return ["python3", "-S", "-m", "spot_health", probe];
}
