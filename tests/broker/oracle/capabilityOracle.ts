import { type PolicyBody } from "@spot-messaging/management";
import { type Arguments, type QueueType, queueTypes } from "@spot-messaging/topology";
import { BrokerRefused } from "../../../packages/management/src/managementApi.ts";
import { queueSettings } from "../../../packages/topology/src/broker/capabilities.ts";
import {
    type Absence,
    absenceOf,
    type SettableBy,
} from "../../../packages/topology/src/broker/capability.ts";
import { inVhost, type OracleBroker } from "./broker.ts";
import { ask } from "./policyOracle.ts";
import { settingValues } from "./settingValues.ts";

/** What became of one setting, given in one way to a queue of one type. */
export interface Reception {
    readonly setting: string;
    readonly way: SettableBy;
    readonly type: QueueType;
    /** What an answer from outside can tell: whether a stored setting also works is another question. */
    readonly outcome: Exclude<Absence, "behaves differently" | "ignored"> | "stored";
}

const settings = Object.entries(queueSettings).filter(([key]) => key in settingValues);

/** The other arguments that an argument needs. */
const companions: Readonly<Record<string, Arguments>> = {
    "dead-letter-routing-key": { "x-dead-letter-exchange": "" },
};

/** The expected outcome of every setting that needs no plugin, in every way, on every queue type, by the capability table. */
export function expectedReceptions({ version }: OracleBroker): readonly Reception[] {
    return settings.flatMap(([setting, capability]) =>
        (["argument", "policy", "operator policy"] as const).flatMap((way) =>
            queueTypes.map((type) => {
                const absence = absenceOf(capability, way, type, version);
                const outcome =
                    absence === "refused" || absence === "policy dropped whole" ? absence : "stored";
                return { setting, way, type, outcome };
            }),
        ),
    );
}

/** The same, by trying it. */
export async function tryReceptions(broker: OracleBroker): Promise<readonly Reception[]> {
    return inVhost(broker, async (vhost) => {
        const { api } = broker;
        const declareQueue = (name: string, type: QueueType, args: Arguments): Promise<void> =>
            api.declareQueue(vhost, name, {
                durable: true,
                auto_delete: false,
                arguments: { "x-queue-type": type, ...args },
            });
        const refused = new Set<string>();
        for (const [setting, { argument }] of settings) {
            const value = settingValues[setting]?.[0] ?? null;
            const body = (way: SettableBy): PolicyBody => ({
                pattern: `^${way}/${setting}/`,
                "apply-to": "queues",
                priority: 1,
                definition: { [setting]: value },
            });
            if (!(await isAccepted(api.putPolicy(vhost, setting, body("policy"))))) {
                refused.add(`policy/${setting}`);
            }
            if (!(await isAccepted(api.putOperatorPolicy(vhost, setting, body("operator policy"))))) {
                refused.add(`operator policy/${setting}`);
            }
            for (const type of queueTypes) {
                await declareQueue(`policy/${setting}/${type}`, type, {});
                await declareQueue(`operator policy/${setting}/${type}`, type, {});
                const args = { ...companions[setting], [argument ?? `x-${setting}`]: value };
                if (!(await isAccepted(declareQueue(`argument/${setting}/${type}`, type, args)))) {
                    refused.add(`argument/${setting}/${type}`);
                }
            }
        }
        const seen = new Map((await ask(broker, vhost)).map((each) => [each.name, each]));
        return settings.flatMap(([setting]) =>
            queueTypes.flatMap((type): Reception[] => {
                const applied = (way: "operator policy" | "policy"): Reception["outcome"] => {
                    if (refused.has(`${way}/${setting}`)) {
                        return "refused";
                    }
                    const found = seen.get(`${way}/${setting}/${type}`);
                    const name = way === "policy" ? found?.policy : found?.operator;
                    return name === setting ? "stored" : "policy dropped whole";
                };
                const argued = refused.has(`argument/${setting}/${type}`) ? "refused" : "stored";
                return [
                    { setting, way: "argument", type, outcome: argued },
                    { setting, way: "policy", type, outcome: applied("policy") },
                    { setting, way: "operator policy", type, outcome: applied("operator policy") },
                ];
            }),
        );
    });
}

async function isAccepted(request: Promise<void>): Promise<boolean> {
    try {
        await request;
        return true;
    } catch (error) {
        if (error instanceof BrokerRefused && error.status === 400) {
            return false;
        }
        throw error;
    }
}
