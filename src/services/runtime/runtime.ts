/** Paths of a service's input files and of its writable folders, the same in Docker and on Kubernetes. */
export const contractFile = "/etc/spot/contract.json";
/** The folder of all files that are secret, or that belong to secrets. */
export const secretFolder = "/run/secrets/spot";
/** The roles that the database command creates. */
export const rolesFile = `${secretFolder}/roles.json`;
/** The certificate of the broker's authority, if it is not one of the system's. */
export const authorityFile = "/run/secrets/spot-authority/ca.crt";
/** The certificate of the database's authority, if the database is the stack's own. */
export const databaseAuthorityFile = "/run/secrets/spot-database/ca.crt";
export const healthFile = "/tmp/spot-health";
export const dataFolder = "/var/lib/spot";
/** The e-mails, where no object store keeps them. */
export const mailFolder = "/var/lib/spot-mail";

/** What one replica may use, in Docker and on Kubernetes. A replica holds a few e-mails of up to 50 MiB at a time. */
export const memoryMebibytes = 512;

/** The user of the services' image, see `services/Dockerfile`. */
export const serviceUser = 10_001;

/** The port of the Prometheus metrics of every service. */
export const metricsPort = 9464;

/** Environment variables of every service; all other settings are files. */
export const serviceEnvironment = {
    SPOT_CONTRACT: contractFile,
    SPOT_DATA: dataFolder,
    SPOT_HEALTH: healthFile,
    SPOT_METRICS_PORT: String(metricsPort),
} as const;

export type Probe = "startup" | "readiness" | "liveness";

/**
 * The health check of a service, inside its container: whether it is connected and every queue that it should consume has its consumer. The
 * rules are in `services/src/spot_health`. `-S` skips the site module, which doubles the time.
 */
export function healthCommand(probe: Probe): readonly string[] {
    return ["python3", "-S", "-m", "spot_health", probe];
}
