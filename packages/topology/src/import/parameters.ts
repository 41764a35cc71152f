import { vhostLimitKeys, vhostLimitsComponent } from "../broker/limits.ts";
import { isObject } from "../definitions/objectReader.ts";
import { suggestName } from "../text/names.ts";
import type { DeclaredNames } from "./declaredNames.ts";
import { judgeUpstream, judgeUpstreamSet } from "./federation.ts";
import { said, type ValueKind } from "./importFile.ts";
import type { ImportObject } from "./importObject.ts";
import { hasPlugin } from "./knownBroker.ts";
import { anInteger, judgeParameterTable, type ParameterFields } from "./parameterTable.ts";
import { judgeVhostOf } from "./permissions.ts";
import { judgeOperatorPolicy } from "./policies.ts";
import { judgeShovel } from "./shovels.ts";

interface Component {
    /** The plugin that has it. @default - none: the broker itself */
    readonly plugin?: string;
    readonly judge: (parameter: ImportObject) => void;
    /** The only name that its parameters may have. @default - any */
    readonly onlyName?: string;
    /** Whether a name may be missing, which the broker takes for one. */
    readonly allowsNoName?: boolean;
}

const limitFields: ParameterFields = Object.fromEntries(
    Object.values(vhostLimitKeys).map((key) => [key, anInteger]),
);

function withTable(
    what: string,
    judge: (parameter: ImportObject, value: Readonly<Record<string, unknown>>) => void,
): Component["judge"] {
    return (parameter) => {
        const { value } = parameter.object;
        if (isObject(value)) {
            judge(parameter, value);
        } else if (Array.isArray(value) && value.length === 0) {
            judge(parameter, {});
        } else {
            parameter.refuse("value", `"value" is ${said(value)}`, `give ${what}`);
        }
    };
}

function neverImported({ refuse, object }: ImportObject): void {
    refuse(
        "component",
        `"component" is ${said(object["component"])}`,
        'use "federation-upstream" or "federation-upstream-set"',
    );
}

const components: ReadonlyMap<string, Component> = new Map<string, Component>([
    [
        "operator_policy",
        {
            allowsNoName: true,
            judge: withTable("a policy: a table with pattern, definition and priority", judgeOperatorPolicy),
        },
    ],
    [
        vhostLimitsComponent,
        {
            onlyName: "limits",
            judge: withTable("a table of limits", (parameter, value) => {
                judgeParameterTable(parameter, ["value"], value, limitFields);
            }),
        },
    ],
    ["federation-upstream", { plugin: "rabbitmq_federation", allowsNoName: true, judge: judgeUpstream }],
    [
        "federation-upstream-set",
        { plugin: "rabbitmq_federation", allowsNoName: true, judge: judgeUpstreamSet },
    ],
    // The plugin has this component, and refuses every parameter of it.
    ["federation", { judge: neverImported }],
    ["shovel", { plugin: "rabbitmq_shovel", judge: judgeShovel }],
]);

/** What the broker makes a name of, where it wants no text. */
const noNames: readonly ValueKind[] = ["absent", "null", "flag"];

/** What an import refuses of a runtime parameter. */
export function judgeParameter(parameter: ImportObject, names: DeclaredNames): void {
    const { object, refuse, file, demand } = parameter;
    const { component: name } = object;
    judgeVhostOf(parameter, names);
    if (name === "policy") {
        refuse("component", 'is a policy among "parameters"', 'move it to "policies"');
        return;
    }
    const component = typeof name === "string" ? components.get(name) : undefined;
    if (component === undefined) {
        const otherwise = "correct the component, or enable the plugin that has it";
        const suggestion =
            typeof name === "string" ? suggestName(name, [...components.keys()], otherwise) : otherwise;
        refuse(
            "component",
            `"component" is ${said(name)}, which RabbitMQ and the plugins that it ships do not have`,
            suggestion,
            typeof name === "string" && suggestion === otherwise && file.broker.plugins === undefined
                ? "a plugin of the broker has this component"
                : undefined,
        );
        return;
    }
    const { plugin } = component;
    const presence = plugin === undefined ? true : hasPlugin(file.broker, plugin);
    if (presence !== true) {
        refuse(
            "component",
            `is a ${said(name)}, which needs the plugin ${String(plugin)}`,
            `enable the plugin: rabbitmq-plugins enable ${String(plugin)}`,
            presence === undefined ? `the plugin ${String(plugin)} is enabled` : undefined,
        );
    }
    if (presence === false) {
        return;
    }
    const isNamed = demand("name", ["text", ...(component.allowsNoName === true ? noNames : [])], "a text");
    if (isNamed && component.onlyName !== undefined && object["name"] !== component.onlyName) {
        refuse("name", `"name" is ${said(object["name"])}`, `name it "${component.onlyName}"`);
    }
    component.judge(parameter);
}

/** The same of a global parameter, whose name the broker makes an atom of, and whose value may be anything. */
export function judgeGlobalParameter({ object, kindOf, refuse }: ImportObject): void {
    const { name } = object;
    const kind = kindOf("name");
    const isFine =
        kind === "absent" ||
        kind === "null" ||
        kind === "flag" ||
        (typeof name === "string" && Array.from(name).length <= 255) ||
        (Array.isArray(name) && name.length <= 255 && name.every((each) => Number.isInteger(each)));
    if (!isFine) {
        refuse("name", `"name" is ${said(name)}`, "give a text of up to 255 characters");
    }
}
