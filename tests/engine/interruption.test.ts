import { setTimeout as sleep } from "node:timers/promises";
import { connectContainerEngine } from "@spot-messaging/local/images";
import { type ManagementApi, managementApi } from "@spot-messaging/management";
import type Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { fromExport, toDefinitions } from "../../packages/topology/src/definitions/definitions.ts";
import { brokerOf, parseAccess } from "../../src/cli/access.ts";
import type { RawConfig } from "../../src/config/configReader.ts";
import { parseEnvironment } from "../../src/config/parseEnvironment.ts";
import { buildTopology } from "../../src/topology/index.ts";
import { freeStackPorts, portValues } from "../broker/support/stackPorts.ts";
import { random } from "../chaos/random.ts";
import { freePort } from "../support/ports.ts";
import { devConfig, externalConfig } from "../unit/environments.ts";
import { type EngineStack, engineStack, found } from "./support/engineStack.ts";
import { expectNoChanges } from "./support/expectations.ts";
import { type PlainBroker, startPlainBroker } from "./support/plainBroker.ts";
import { stackValues } from "./support/stackValues.ts";

/** How often `npm run up` is killed in each kind of stack, and the seed of the moments. */
const kills = Number(process.env["SPOT_KILLS"] ?? "4");
const seed = Number(process.env["SPOT_SEED"] ?? "1");
/** Kills between two runs that are left alone. */
const inARow = 3;

const stateShape = z.looseObject({
    checkpoint: z.looseObject({
        latest: z.looseObject({ pending_operations: z.array(z.unknown()).optional() }),
    }),
});

/** Runs `npm run up` to its end, and returns its seconds. */
async function up(engine: EngineStack, stack: string): Promise<number> {
    const begun = performance.now();
    const { code, output } = await engine.run(process.execPath, "scripts/run.mjs", "up", stack);
    expect(code, output).toBe(0);
    return (performance.now() - begun) / 1_000;
}

/** Starts `npm run up` and kills it with all its processes, unless it ends first. */
async function killedUp(engine: EngineStack, stack: string, milliseconds: number): Promise<boolean> {
    const run = engine.start(process.execPath, "scripts/run.mjs", "up", stack);
    const ended = new Promise<boolean>((resolve) => {
        run.once("exit", () => {
            resolve(false);
        });
    });
    const isKilled = await Promise.race([ended, sleep(milliseconds, true)]);
    if (isKilled) {
        process.kill(-(run.pid ?? 0), "SIGKILL");
        await ended;
    }
    return isKilled;
}

interface Subject {
    readonly stack: string;
    readonly engine: EngineStack;
    readonly values: RawConfig;
    readonly expectRight: () => Promise<void>;
}

/**
 * Kills runs that create, change and delete, at random moments. After each, the same command is the only remedy. The longest moment is the
 * time that a whole run takes, measured first.
 */
async function interrupt({ stack, engine, values, expectRight }: Subject): Promise<void> {
    const { between } = random(seed);
    const write = async (changes: RawConfig): Promise<void> => {
        await engine.write(await stackValues({ ...values, ...changes }));
    };
    await write({});
    let seconds = await up(engine, stack);
    let done = 0;
    for (let round = 0; done < kills; round += 1) {
        // Creation from nothing, then changes of all retry delays, and one analyzer less with all its objects.
        const creates = round % 2 === 0;
        if (creates) {
            await write({});
            const { code, output } = await engine.pulumi("destroy", "--yes", "--skip-preview");
            expect(code, output).toBe(0);
        } else {
            await write({
                retryDelay: `${5 + round} seconds`,
                analyzers: '["headers","links","attachments"]',
            });
        }
        for (let count = 0; count < inARow && done < kills; count += 1) {
            const moment = between(1_500, Math.ceil(seconds * 1_000));
            const isKilled = await killedUp(engine, stack, moment);
            done += isKilled ? 1 : 0;
            process.stderr.write(
                `${stack}: ${done} of ${kills}: ${isKilled ? "killed" : "ended"} after ${moment} ms\n`,
            );
        }
        const time = await up(engine, stack);
        seconds = creates ? Math.max(seconds, time) : seconds;
        const { pending_operations: pending = [] } = stateShape.parse(JSON.parse(await engine.state()))
            .checkpoint.latest;
        expect(pending).toEqual([]);
        await expectNoChanges(engine);
        if (creates) {
            await expectRight();
        }
    }
}

/** Also by hand, with more kills: `SPOT_KILLS=50 npm run test:engine -- tests/engine/interruption.test.ts`. */
describe.skipIf(!found)("npm run up that is killed at random moments converges when it runs again", () => {
    let docker: Docker;

    beforeAll(async () => {
        docker = await connectContainerEngine(() => undefined);
    });

    describe("on an external broker", () => {
        const stack = "enginekillexternal";
        let broker: PlainBroker;
        let api: ManagementApi;
        let engine: EngineStack;

        beforeAll(async () => {
            broker = await startPlainBroker(docker, `spot-messaging-${stack}`, await freePort());
            api = managementApi(broker);
            engine = await engineStack(stack, "external");
        });

        afterAll(async () => {
            await engine.remove();
            await broker.remove();
        });

        it("with all its objects, and no pending operation", async () => {
            const { endpoint, username, password } = broker;
            const values = { ...externalConfig, endpoint, username, protectQueues: "false" };
            await interrupt({
                stack,
                engine,
                values: { ...values, password },
                expectRight: async () => {
                    const topology = buildTopology(parseEnvironment(stack, values));
                    expect(fromExport(await api.definitions(), "spot", [username])).toEqual(
                        toDefinitions(topology),
                    );
                },
            });
        }, 7_200_000);
    });

    describe("in Docker", () => {
        const stack = "enginekilldocker";
        let engine: EngineStack;

        beforeAll(async () => {
            engine = await engineStack(stack, "docker");
        });

        afterAll(async () => {
            await engine.pulumi("destroy", "--yes", "--skip-preview");
            await engine.remove();
        });

        it("with all its objects, each once, and no pending operation", async () => {
            const values = { ...devConfig, ...portValues(await freeStackPorts()) };
            await interrupt({
                stack,
                engine,
                values,
                expectRight: async () => {
                    const shown = await engine.pulumi("stack", "output", "--json", "--show-secrets");
                    const access = parseAccess(JSON.parse(shown.output));
                    const topology = buildTopology(parseEnvironment(stack, values));
                    const exported = await brokerOf(access).definitions();
                    expect(fromExport(exported, "spot", [access.administrator.username])).toEqual(
                        toDefinitions(topology),
                    );
                    const containers = await docker.listContainers({
                        all: true,
                        filters: { name: [`spot-messaging-${stack}-`] },
                    });
                    const names = containers.flatMap(({ Names }) => Names);
                    expect(names).toHaveLength(new Set(names).size);
                },
            });
        }, 7_200_000);
    });
});
