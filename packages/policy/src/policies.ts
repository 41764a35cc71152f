import type { Policies, PolicyConfigSchema, StackValidation } from "@pulumi/policy";
import { Config, getStack } from "@pulumi/pulumi";
import { brokerVersions, UserError } from "@spot-messaging/topology";
import { checkResources, type Violation } from "./checkResources.ts";
import type { StackResource } from "./declaredTopology.ts";
import { policySettings } from "./policySettings.ts";

const configSchema: PolicyConfigSchema = {
    properties: {
        brokerVersion: {
            type: "string",
            enum: [...brokerVersions],
            description:
                "RabbitMQ minor version for the checks. Default: brokerVersion of the stack, or the newest known version",
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
 * Two policies report findings, because a policy has one enforcement level: mandatory for errors, advisory for warnings. A third one only
 * records the program's inputs of each resource. Stack policies get the providers' outputs, which are missing in a preview if the
 * provider's password is not generated yet.
 */
export function topologyPolicies(): Policies {
    const recordedResources = new Map<string, StackResource>();
    const stackValidation = (isReported: (violation: Violation) => boolean): StackValidation => {
        return (args, report) => {
            const resources = args.resources.map((each) => recordedResources.get(each.urn) ?? each);
            for (const each of violations(resources, args.getConfig()).filter(isReported)) {
                report(each.message, each.urn);
            }
        };
    };
    return [
        {
            name: "declared-topology",
            displayName: "Declared topology",
            description: "Records the RabbitMQ objects of each resource for the other policies of this pack.",
            enforcementLevel: "advisory",
            validateResource: ({ type, name, urn, props, provider }) => {
                recordedResources.set(urn, {
                    type,
                    name,
                    urn,
                    props,
                    ...(provider !== undefined && { provider }),
                });
            },
        },
        {
            name: "sound-topology",
            displayName: "Valid topology",
            description:
                "Reports errors of the stack's RabbitMQ objects: missing references, and messages that are lost or rejected by mistake.",
            enforcementLevel: "mandatory",
            severity: "high",
            url,
            configSchema,
            validateStack: stackValidation(({ isMandatory }) => isMandatory),
        },
        {
            name: "careful-topology",
            displayName: "Careful topology",
            description:
                "Reports warnings of the stack's RabbitMQ objects, and values that are known only after the update.",
            enforcementLevel: "advisory",
            severity: "low",
            url,
            configSchema,
            validateStack: stackValidation(({ isMandatory }) => !isMandatory),
        },
    ];
}

/** An invalid configuration must reject the stack, because no check ran. */
function violations(resources: readonly StackResource[], config: unknown): readonly Violation[] {
    try {
        const settings = policySettings(config, new Config().get("brokerVersion"));
        const today = new Date().toISOString().slice(0, 10);
        return checkResources(resources, { ...settings, stack: getStack(), today });
    } catch (error) {
        if (error instanceof UserError) {
            return [{ isMandatory: true, message: error.message }];
        }
        throw error;
    }
}
