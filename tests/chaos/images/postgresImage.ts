import { type DebianImage, importDebianImage, type Report } from "@spot-messaging/local/images";
import type Docker from "dockerode";

/** The folder of the database in its container; `docker kill` keeps it, and removing the container removes it. */
const dataFolder = "/var/lib/postgresql/data";

const folders = "/usr/lib/postgresql/17/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** A new database cluster at the first start; later starts continue with it. */
const start = [
    "set -e",
    `test -s ${dataFolder}/PG_VERSION || {`,
    '  printf %s "$POSTGRES_PASSWORD" > /tmp/password',
    `  initdb --pgdata=${dataFolder} --encoding=UTF8 --locale=C.UTF-8 --auth-host=scram-sha-256 --pwfile=/tmp/password`,
    "  rm /tmp/password",
    `  echo "host all all all scram-sha-256" >> ${dataFolder}/pg_hba.conf`,
    "}",
    `exec postgres -D ${dataFolder} -c listen_addresses=* -c unix_socket_directories=/tmp -c max_connections=200`,
].join("\n");

const image: DebianImage = {
    name: "spot-messaging/postgresql:trixie",
    suite: "trixie",
    packages: ["postgresql-17"],
    instructions: [`ENV PATH=${folders}`, "ENV LANG=C.UTF-8", "EXPOSE 5432"],
};

/** The command of a PostgreSQL container. The superuser is `postgres`, its password is the variable `POSTGRES_PASSWORD`. */
export const postgresCommand: readonly string[] = [
    ...["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"],
    ...["sh", "-c", start],
];

/**
 * Makes sure that the Docker Engine has an image of PostgreSQL, built from Debian's packages.
 * @returns its name
 */
export async function ensurePostgresImage(docker: Docker, report: Report): Promise<string> {
    await importDebianImage(docker, image, report);
    return image.name;
}
