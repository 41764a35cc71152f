import type { PolicyConfigSchema, StackValidationPolicy } from "@pulumi/policy";
import { Config, getStack } from "@pulumi/pulumi";
import { namespace } from "../src/config/configReader.js";
import { brokerVersions, UserError } from "../src/model/index.js";
import { judge, type Violation } from "./judge.js";
import { policySettings } from "./policySettings.js";

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
                "File of accepted findings, from the pack's folder. Default: ../topology/baseline.yaml",
        },
    },
};

const url = "https://www.rabbitmq.com/docs";

/** Two policies, since a policy has one level: what must not be applied, and what somebody should look at. */
export const policies: readonly StackValidationPolicy[] = [
    {
        name: "sound-topology",
        displayName: "Sound topology",
        description:
            "What a stack declares on RabbitMQ works: no reference dangles, no message is lost or refused by mistake.",
        enforcementLevel: "mandatory",
        severity: "high",
        url,
        configSchema,
        validateStack: validate(({ isMandatory }) => isMandatory),
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
        validateStack: validate(({ isMandatory }) => !isMandatory),
    },
];

function validate(isOwn: (violation: Violation) => boolean): StackValidationPolicy["validateStack"] {
    return (args, report) => {
        for (const each of violations(args.resources, args.getConfig()).filter(isOwn)) {
            report(each.message, each.urn);
        }
    };
}

/** A configuration that cannot be read must refuse the stack: nothing has been judged. */
function violations(resources: Parameters<typeof judge>[0], config: unknown): readonly Violation[] {
    try {
        const settings = policySettings(config, new Config(namespace).get("brokerVersion"));
        const today = new Date().toISOString().slice(0, 10);
        return judge(resources, { ...settings, stack: getStack(), today });
    } catch (error) {
        if (error instanceof UserError) {
            return [{ isMandatory: true, message: error.message }];
        }
        throw error;
    }
}
