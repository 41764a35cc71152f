import { vhostLimitKeys, vhostLimitsComponent } from "../broker/limits.ts";
import type { JsonObject } from "../definitions/objectReader.ts";
import { suggestName } from "../text/names.ts";
import type { DeclaredNames } from "./declaredNames.ts";
import { checkUpstream, checkUpstreamSet } from "./federation.ts";
import { describeValue, type ValueKind } from "./importFile.ts";
import { demandPlugin, type ImportObject } from "./importObject.ts";
import { anInteger, checkParameterTable, type ParameterFields, tableOf } from "./parameterTable.ts";
import { checkVhostOf } from "./permissions.ts";
import { checkOperatorPolicy } from "./policies.ts";
import { checkShovel } from "./shovels.ts";

interface Component {
    /** The plugin that has it. @default - none: the broker itself */
    readonly plugin?: string;
    readonly checkObject: (parameter: ImportObject) => void;
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
    checkObject: (parameter: ImportObject, value: JsonObject) => void,
): Component["checkObject"] {
    return (parameter) => {
        const { value } = parameter.object;
        const table = tableOf(value);
        if (table === undefined) {
            parameter.refuse("value", `"value" is ${describeValue(value)}`, `give ${what}`);
        } else {
            checkObject(parameter, table);
        }
    };
}

function neverImported({ refuse, object }: ImportObject): void {
    refuse(
        "component",
        `"component" is ${describeValue(object["component"])}`,
        'use "federation-upstream" or "federation-upstream-set"',
    );
}

const components: ReadonlyMap<string, Component> = new Map<string, Component>([
    [
        "operator_policy",
        {
            allowsNoName: true,
            checkObject: withTable(
                "a policy: a table with pattern, definition and priority",
                checkOperatorPolicy,
            ),
        },
    ],
    [
        vhostLimitsComponent,
        {
            onlyName: "limits",
            checkObject: withTable("a table of limits", (parameter, value) => {
                checkParameterTable(parameter, ["value"], value, limitFields);
            }),
        },
    ],
    [
        "federation-upstream",
        {
            plugin: "rabbitmq_federation",
            allowsNoName: true,
            checkObject: withTable('a table with "uri"', checkUpstream),
        },
    ],
    [
        "federation-upstream-set",
        { plugin: "rabbitmq_federation", allowsNoName: true, checkObject: checkUpstreamSet },
    ],
    // The plugin has this component, and refuses every parameter of it.
    ["federation", { checkObject: neverImported }],
    [
        "shovel",
        {
            plugin: "rabbitmq_shovel",
            checkObject: withTable('a table with "src-uri" and "dest-uri"', checkShovel),
        },
    ],
]);

/** What the broker makes a name of, where it wants no text. */
const noNames: readonly ValueKind[] = ["absent", "null", "flag"];

/** What an import refuses of a runtime parameter. */
export function checkParameter(parameter: ImportObject, names: DeclaredNames): void {
    const { object, refuse, file, demand } = parameter;
    const { component: name } = object;
    checkVhostOf(parameter, names);
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
            `"component" is ${describeValue(name)}, which RabbitMQ and the plugins that it ships do not have`,
            suggestion,
            typeof name === "string" && suggestion === otherwise && file.broker.plugins === undefined
                ? "a plugin of the broker has this component"
                : undefined,
        );
        return;
    }
    const { plugin } = component;
    if (
        plugin !== undefined &&
        demandPlugin(parameter, "component", `is a ${describeValue(name)}`, plugin) === false
    ) {
        return;
    }
    const isNamed = demand("name", ["text", ...(component.allowsNoName === true ? noNames : [])], "a text");
    if (isNamed && component.onlyName !== undefined && object["name"] !== component.onlyName) {
        refuse("name", `"name" is ${describeValue(object["name"])}`, `name it "${component.onlyName}"`);
    }
    component.checkObject(parameter);
}

/** The same of a global parameter, whose name the broker makes an atom of, and whose value may be anything. */
export function checkGlobalParameter({ object, kindOf, refuse }: ImportObject): void {
    const { name } = object;
    const kind = kindOf("name");
    const isFine =
        kind === "absent" ||
        kind === "null" ||
        kind === "flag" ||
        (typeof name === "string" && Array.from(name).length <= 255) ||
        (Array.isArray(name) && name.length <= 255 && name.every((each) => Number.isInteger(each)));
    if (!isFine) {
        refuse("name", `"name" is ${describeValue(name)}`, "give a text of up to 255 characters");
    }
}
