/** Paths of a service's input files and of its writable folder, the same in Docker and on Kubernetes. */
export const contractFile = "/etc/spot/contract.json";
export const connectionFile = "/run/secrets/spot/connection.json";
/** The certificate of the broker's authority, if it is not one of the system's. */
export const authorityFile = "/run/secrets/spot-authority/ca.crt";
export const healthFile = "/tmp/spot-health";
export const dataFolder = "/var/lib/spot";

/** The user of the services' image, see `services/Dockerfile`. */
export const serviceUser = 10_001;

/** Environment variables of every service; all other settings are files. */
export const serviceEnvironment = {
    SPOT_CONTRACT: contractFile,
    SPOT_CONNECTION: connectionFile,
    SPOT_DATA: dataFolder,
    SPOT_HEALTH: healthFile,
} as const;

export type Probe = "startup" | "readiness" | "liveness";

/**
 * The health check of a service, inside its container: whether it is connected and every queue that it should consume has its consumer. The
 * rules are in `services/src/spot_health`. `-S` skips the site module, which doubles the time.
 */
export function healthCommand(probe: Probe): readonly string[] {
    return ["python3", "-S", "-m", "spot_health", probe];
}
