import type { ManagementApi } from "@spot-messaging/management";
import { UserError } from "@spot-messaging/topology";
import type Docker from "dockerode";
import { z } from "zod";
import { projectName } from "../project.ts";
import { runInContainer } from "../runInContainer.ts";
import type { DeadLetter, StoredRecords } from "./records.ts";
import { parseRecords, recordKeepers } from "./records.ts";

/**
 * What the services of a stack in Docker have stored, read in one running replica of each.
 * @param since - submissions from this time on, in seconds since 1970
 * @throws UserError if no replica of a service runs or its records cannot be read
 */
export async function readRecords(docker: Docker, stack: string, since: number): Promise<StoredRecords> {
    const running = await docker.listContainers();
    const printed = await Promise.all(
        recordKeepers.map(async (service) => {
            const name = new RegExp(`^/${projectName}-${stack}-${service}-\\d+$`);
            const replicas = running.filter(
                ({ Names, State }) => State === "running" && Names.some((each) => name.test(each)),
            );
            let reason = "no container of it runs";
            for (const { Id } of replicas) {
                const { exitCode, stdout, stderr } = await runInContainer(docker.getContainer(Id), [
                    ...["python3", "-m", "spot_services", "records", String(since)],
                ]);
                if (exitCode === 0) {
                    return stdout.split("\n").filter((line) => line !== "");
                }
                reason = stderr.trim().split("\n").at(-1) ?? `exit code ${exitCode}`;
            }
            throw new UserError(
                `service "${service}" of stack "${stack}": its records cannot be read (${reason}); start it, and read its log with docker logs`,
            );
        }),
    );
    return parseRecords(printed.flat());
}

const largestPeek = 20_000;

/** The broker sends an empty table as an empty list. */
function table<Schema extends z.ZodType>(schema: Schema): z.ZodType<z.output<Schema>> {
    return z.preprocess((value) => (Array.isArray(value) && value.length === 0 ? {} : value), schema);
}

const peeked = z.array(
    z.object({
        properties: table(
            z.object({
                correlation_id: z.string().optional(),
                headers: table(z.record(z.string(), z.unknown())).optional(),
            }),
        ),
    }),
);

/**
 * The messages in all parking queues. They stay where they are; the broker marks them as redelivered.
 * @throws BrokerUnreachable, BrokerRefused
 */
export async function peekDeadLetters(
    api: ManagementApi,
    vhost: string,
    queues: readonly string[],
): Promise<readonly DeadLetter[]> {
    const found = await Promise.all(
        queues.map(async (queue) => {
            // Without the bodies, which can be large.
            const { body } = await api.post(["queues", vhost, queue, "get"], {
                count: largestPeek,
                ackmode: "ack_requeue_true",
                encoding: "auto",
                truncate: 1,
            });
            return peeked.parse(body).map(
                ({ properties }): DeadLetter => ({
                    queue,
                    id: properties.correlation_id,
                    reason: reasonOf(properties.headers ?? {}),
                }),
            );
        }),
    );
    return found.flat();
}

function reasonOf(headers: Readonly<Record<string, unknown>>): string {
    const own = headers["x-spot-error"];
    const first = headers["x-first-death-reason"];
    return typeof own === "string" ? own : typeof first === "string" ? first : "unroutable";
}

/**
 * The messages in each of the queues; the counts are up to 5 s old.
 * @throws BrokerUnreachable, BrokerRefused
 */
export async function waitingMessages(
    api: ManagementApi,
    vhost: string,
    queues: readonly string[],
): Promise<Readonly<Record<string, number>>> {
    const live = await api.listQueues(vhost);
    return Object.fromEntries(
        live.filter(({ name }) => queues.includes(name)).map(({ name, messages }) => [name, messages]),
    );
}
