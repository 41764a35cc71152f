import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Report } from "@spot-messaging/local/images";
import { UserError } from "@spot-messaging/topology";
import type Docker from "dockerode";
import { runInContainer } from "../../src/cli/runInContainer.ts";
import { startContainer } from "./container.ts";
import { ensurePostgresImage, postgresCommand } from "./images/postgresImage.ts";

/** A PostgreSQL server in a container. */
export interface Database {
    readonly container: Docker.Container;
    /** The owner's URL in the plant's network. */
    readonly url: string;
    /** Runs one statement as the superuser, and returns what it prints, a row a line. */
    readonly query: (statement: string) => Promise<string>;
}

/** The place of a container next to the stack. */
export interface Place {
    readonly name: string;
    readonly network: string;
    readonly labels: Readonly<Record<string, string>>;
}

const startMs = 60_000;

export async function startDatabase(docker: Docker, place: Place, report: Report): Promise<Database> {
    const image = await ensurePostgresImage(docker, report);
    const password = randomBytes(16).toString("hex");
    const container = await startContainer(docker, {
        ...place,
        alias: "postgres",
        image,
        command: postgresCommand,
        environment: { POSTGRES_PASSWORD: password },
    });
    const run = (database: string, statement: string) =>
        runInContainer(
            container,
            [
                "psql",
                "--no-psqlrc",
                "-h",
                "/tmp",
                "-qAt",
                "-v",
                "ON_ERROR_STOP=1",
                "-d",
                database,
                "-c",
                statement,
            ],
            "postgres",
        );
    const deadline = Date.now() + startMs;
    for (;;) {
        const { exitCode, stderr } = await run("postgres", "CREATE DATABASE spot").catch(
            (error: unknown) => ({
                exitCode: -1,
                stderr: String(error),
            }),
        );
        if (exitCode === 0) {
            break;
        }
        if (Date.now() > deadline) {
            throw new UserError(
                `container "${place.name}": the database does not start (${stderr.trim()}); read docker logs`,
            );
        }
        await sleep(500);
    }
    return {
        container,
        url: `postgresql://postgres:${password}@postgres:5432/spot`,
        query: async (statement) => {
            const { exitCode, stdout, stderr } = await run("spot", statement);
            if (exitCode !== 0) {
                throw new Error(`database: ${stderr.trim()}`);
            }
            return stdout;
        },
    };
}
