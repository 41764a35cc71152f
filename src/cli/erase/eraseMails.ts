import { setTimeout as sleep } from "node:timers/promises";
import { connectContainerEngine } from "@spot-messaging/local/images";
import { BrokerUnreachable } from "@spot-messaging/management";
import { UserError } from "@spot-messaging/topology";
import amqp, { type ChannelModel } from "amqplib";
import type { Environment } from "../../environment/environment.ts";
import { buildTopology } from "../../topology/index.ts";
import { exchanges, keys, services, vhostName } from "../../topology/names.ts";
import type { Access } from "../access.ts";
import { readRecords } from "../account/readBooks.ts";
import { runningAccess } from "../runningStack.ts";
import { readEnvironment } from "../stackFile.ts";
import { eraseDeadLetters, type ParkedMessages } from "./deadLetters.ts";
import { countRecords, type HeldRecords } from "./heldRecords.ts";
import { nameScope, type Scope } from "./scope.ts";

/** What an erasure found and removed. */
export interface ErasureReport {
    readonly scope: Scope;
    readonly dryRun: boolean;
    /** What the services had stored before. */
    readonly before: HeldRecords;
    /** What they have stored now; the same as before in a dry run. */
    readonly after: HeldRecords;
    readonly parked: readonly ParkedMessages[];
}

const waitMilliseconds = 60_000;

/**
 * Erases e-mails from a running stack: sends the command "erase" to its services, waits until they have deleted what they stored, and
 * removes the dead letters.
 * @throws UserError, BrokerUnreachable
 */
export async function eraseMails(
    stack: string,
    scope: Scope,
    dryRun: boolean,
    report: (message: string) => void,
): Promise<ErasureReport> {
    const environment = await readEnvironment(stack);
    if (environment.deployment.kind !== "docker" || environment.cluster.kind !== "docker") {
        throw new UserError(
            `stack "${stack}" has no services in Docker; send the command "erase" as docs/how-to/erase-a-mail.md describes`,
        );
    }
    const access = await runningAccess(stack);
    if (access === undefined) {
        throw new UserError(
            `stack "${stack}" does not run; start it with npm start or npm run up -- ${stack}`,
        );
    }
    return await eraseFrom({ stack, environment, access }, scope, dryRun, report);
}

/** The same for a stack whose access is known. */
export async function eraseFrom(
    { stack, environment, access }: { stack: string; environment: Environment; access: Access },
    scope: Scope,
    dryRun: boolean,
    report: (message: string) => void,
): Promise<ErasureReport> {
    const parkingQueues = buildTopology(environment)
        .queues.filter(({ purpose }) => purpose === "parking")
        .map(({ name }) => name);
    const docker = await connectContainerEngine(report);
    const held = async (): Promise<HeldRecords> => countRecords(await readRecords(docker, stack, 0), scope);
    const before = await held();
    const connection = await connectAsOperator(environment, access);
    try {
        if (dryRun) {
            const parked = await eraseDeadLetters(connection, parkingQueues, scope, false);
            return { scope, dryRun, before, after: before, parked };
        }
        await sendCommand(connection, scope);
        report(`sent the command "erase" for ${nameScope(scope)}`);
        let after = await held();
        const deadline = Date.now() + waitMilliseconds;
        while (Object.values<number>({ ...after }).some((count) => count > 0) && Date.now() < deadline) {
            await sleep(1_000);
            after = await held();
        }
        // Last: a message that was in a work queue can have become a dead letter.
        const parked = await eraseDeadLetters(connection, parkingQueues, scope, true);
        return { scope, dryRun, before, after, parked };
    } finally {
        await connection.close();
    }
}

async function sendCommand(connection: ChannelModel, scope: Scope): Promise<void> {
    const channel = await connection.createConfirmChannel();
    const outcome = { returned: false };
    channel.on("return", () => {
        outcome.returned = true;
    });
    const command = {
        command: "erase",
        ...("id" in scope ? { analysis: scope.id } : { before: scope.before.toISOString() }),
        issuedAt: new Date().toISOString(),
    };
    channel.publish(exchanges.admin, keys.adminAll, Buffer.from(JSON.stringify(command)), {
        contentType: "application/json",
        persistent: true,
        mandatory: true,
        type: "admin",
        timestamp: Math.floor(Date.now() / 1_000),
    });
    await channel.waitForConfirms();
    await channel.close();
    if (outcome.returned) {
        throw new UserError(
            `exchange "${exchanges.admin}": no queue is bound for "${keys.adminAll}"; apply the topology again`,
        );
    }
}

async function connectAsOperator({ cluster }: Environment, { passwords }: Access): Promise<ChannelModel> {
    const port = cluster.kind === "docker" ? cluster.ports.amqp : 5672;
    const place = `127.0.0.1:${port}`;
    try {
        const connection = await amqp.connect({
            ...{ protocol: "amqp", hostname: "127.0.0.1", port, vhost: vhostName, heartbeat: 30 },
            ...{ username: services.operator, password: passwords[services.operator] ?? "" },
        });
        // An operation's own error counts.
        connection.on("error", () => undefined);
        return connection;
    } catch (error) {
        throw new BrokerUnreachable(place, error instanceof Error ? error.message : String(error));
    }
}
