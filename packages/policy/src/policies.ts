import type { Policies, PolicyConfigSchema, StackValidation } from "@pulumi/policy";
import { Config, getStack } from "@pulumi/pulumi";
import { brokerVersions, UserError } from "@spot-messaging/topology";
import type { JudgedResource } from "./declaredTopology.ts";
import { judge, type Violation } from "./judge.ts";
import { policySettings } from "./policySettings.ts";

const configSchema: PolicyConfigSchema = {
    properties: {
        brokerVersion: {
            type: "string",
            enum: [...brokerVersions],
            description: "Minor version of RabbitMQ to judge for. Default: the stack's, or the newest",
        },
        baseline: {
            type: "string",
            description:
                "File of accepted findings, from the folder of Pulumi.yaml. Default: topology/baseline.yaml, where there is one",
        },
    },
};

const url = "https://www.rabbitmq.com/docs";

/**
 * Two policies judge, since a policy has one level: what must not be applied, and what somebody should look at. The first only listens: the
 * engine hands a stack's policies what providers answered, and in a preview a provider whose own password is still to be drawn answers
 * nothing. What the program gave each resource is heard before that, resource by resource.
 */
export function topologyPolicies(): Policies {
    const given = new Map<string, JudgedResource>();
    const judging = (isOwn: (violation: Violation) => boolean): StackValidation => {
        return (args, report) => {
            const resources = args.resources.map((each) => given.get(each.urn) ?? each);
            for (const each of violations(resources, args.getConfig()).filter(isOwn)) {
                report(each.message, each.urn);
            }
        };
    };
    return [
        {
            name: "declared-topology",
            displayName: "Declared topology",
            description:
                "What each resource declares on RabbitMQ is known to the other policies of this pack.",
            enforcementLevel: "advisory",
            validateResource: ({ type, name, urn, props, provider }) => {
                given.set(urn, { type, name, urn, props, ...(provider !== undefined && { provider }) });
            },
        },
        {
            name: "sound-topology",
            displayName: "Sound topology",
            description:
                "What a stack declares on RabbitMQ works: no reference dangles, no message is lost or refused by mistake.",
            enforcementLevel: "mandatory",
            severity: "high",
            url,
            configSchema,
            validateStack: judging(({ isMandatory }) => isMandatory),
        },
        {
            name: "careful-topology",
            displayName: "Careful topology",
            description:
                "What a stack declares on RabbitMQ is as somebody would want it, and known before it is applied.",
            enforcementLevel: "advisory",
            severity: "low",
            url,
            configSchema,
            validateStack: judging(({ isMandatory }) => !isMandatory),
        },
    ];
}

/** A configuration that cannot be read must refuse the stack: nothing has been judged. */
function violations(resources: readonly JudgedResource[], config: unknown): readonly Violation[] {
    try {
        const settings = policySettings(config, new Config().get("brokerVersion"));
        const today = new Date().toISOString().slice(0, 10);
        return judge(resources, { ...settings, stack: getStack(), today });
    } catch (error) {
        if (error instanceof UserError) {
            return [{ isMandatory: true, message: error.message }];
        }
        throw error;
    }
}
