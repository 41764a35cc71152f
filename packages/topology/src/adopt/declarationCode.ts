import type { BrokerObjects } from "../compile/withObjects.ts";
import type { BindingInput, DeclarationInput } from "../declare/declarationInput.ts";
import type { ExchangeInput } from "../declare/exchanges.ts";
import type { QueueInput } from "../declare/queueInput.ts";
import { groupBy } from "../lookup/groups.ts";
import { type Binding, binding, type Exchange, exchange, type Queue, queue } from "../model/index.ts";
import { call, codeOf, type Expression, list, literal, table, text } from "./expression.ts";
import type { Identifiers } from "./identifier.ts";

/** A module in TypeScript. */
export interface Module {
    /** What it imports from @spot-messaging/topology. */
    readonly imports: ReadonlySet<string>;
    readonly statements: readonly string[];
}

/** A larger list of queues is divided by the exchanges that the queues are bound to. */
const maxQueuesInOneList = 12;

/** The declaration of a virtual host as `export const <name>`. */
export function declarationModule(name: string, input: DeclarationInput, names: Identifiers): Module {
    const { exchanges = [], queues = [], bindings = [], ...options } = input;
    const imports = new Set(["declare"]);
    const groups = groupsOf(queues);
    const lists = groups.map(([source, members]) => ({
        variable: names.identifierOf(`${source} queues`, "queues"),
        code: list(members.map((each) => queueCode(each, imports))),
    }));
    const only = lists.length === 1 ? lists[0]?.code : undefined;
    const expression = call(
        "declare",
        table({
            ...Object.fromEntries(Object.entries(options).map(([key, value]) => [key, literal(value)])),
            exchanges: someList(exchanges.map((each) => exchangeCode(each, imports))),
            queues: only ?? someList(lists.map(({ variable }) => text(`...${variable}`))),
            bindings: someList(bindings.map(bindingInputCode)),
        }),
    );
    return {
        imports,
        statements: [
            ...(only === undefined ? lists.map(({ variable, code }) => constant(variable, code)) : []),
            `export ${constant(name, expression)}`,
        ],
    };
}

/** Objects in RabbitMQ's own terms as `export const <name>`. */
export function objectsModule(name: string, objects: BrokerObjects): Module {
    const imports = new Set(["type BrokerObjects"]);
    const { exchanges = [], queues = [], bindings = [], ...others } = objects;
    const expression = table({
        ...Object.fromEntries(Object.entries(others).map(([key, value]) => [key, literal(value)])),
        exchanges: someList(exchanges.map((each) => exchangeNoun(each, imports))),
        queues: someList(queues.map((each) => queueNoun(each, imports))),
        bindings: someList(bindings.map((each) => bindingNoun(each, imports))),
    });
    return { imports, statements: [`export ${constant(`${name}: BrokerObjects`, expression)}`] };
}

function constant(name: string, expression: Expression): string {
    return `const ${name} = ${codeOf(expression, 0, `export const ${name} = ;`.length)};`;
}

function someList(items: readonly Expression[]): Expression | undefined {
    return items.length === 0 ? undefined : list(items);
}

/** The queues by the first exchange that they are bound to, if there are many. */
function groupsOf(queues: readonly QueueInput[]): readonly (readonly [string, readonly QueueInput[]])[] {
    if (queues.length === 0) {
        return [];
    }
    const groups = [...groupBy(queues, firstSource)];
    return queues.length <= maxQueuesInOneList || groups.length === 1 ? [["", queues]] : groups;
}

function firstSource({ from }: QueueInput): string {
    return typeof from === "string" ? from : (from?.[0]?.exchange ?? "other");
}

function exchangeCode({ type, name, ...options }: ExchangeInput, imports: Set<string>): Expression {
    switch (type) {
        case "topic":
        case "direct":
        case "fanout":
        case "headers":
            imports.add(type);
            return withOptions(type, name, options);
        default:
            return literal({ name, type, ...options });
    }
}

/** Where its messages come from is what a reader asks first. */
function queueCode({ purpose, name, ...options }: QueueInput, imports: Set<string>): Expression {
    imports.add(purpose);
    const { from, key, keys, ...others } = options;
    const sources = Object.entries({ from, key, keys }).filter(([, value]) => value !== undefined);
    const type = "type" in others ? { type: others.type } : {};
    return withOptions(purpose, name, { ...type, ...Object.fromEntries(sources), ...others });
}

function withOptions(constructor: string, name: string, options: object): Expression {
    return Object.keys(options).length === 0
        ? call(constructor, literal(name))
        : call(constructor, literal(name), literal(options));
}

function bindingInputCode(input: BindingInput): Expression {
    return literal(input);
}

function exchangeNoun(each: Exchange, imports: Set<string>): Expression {
    imports.add("exchange");
    const { vhost, name, type, ...settings } = each;
    return nounCode("exchange", [vhost, name, type], settings, exchange(vhost, name, type));
}

function queueNoun(each: Queue, imports: Set<string>): Expression {
    imports.add("queue");
    const { vhost, name, type, ...settings } = each;
    return nounCode("queue", [vhost, name, type], settings, queue(vhost, name, type));
}

function bindingNoun(each: Binding, imports: Set<string>): Expression {
    imports.add("binding");
    const { vhost, source, destination, routingKey, ...settings } = each;
    return nounCode(
        "binding",
        [vhost, source, destination, routingKey],
        settings,
        binding(vhost, source, destination, routingKey),
    );
}

/** A call of a noun's constructor, with the settings that differ from its defaults. */
function nounCode(
    constructor: string,
    args: readonly string[],
    settings: object,
    defaults: object,
): Expression {
    const usual = new Map(Object.entries(defaults).map(([key, value]) => [key, JSON.stringify(value)]));
    const changed = Object.entries(settings).filter(
        ([key, value]) => usual.get(key) !== JSON.stringify(value),
    );
    return call(
        constructor,
        ...args.map(literal),
        ...(changed.length === 0 ? [] : [literal(Object.fromEntries(changed))]),
    );
}

/** The text of a module. */
export function moduleText(imports: readonly string[], statements: readonly string[]): string {
    return `${[imports.join("\n"), ...statements].filter((each) => each !== "").join("\n\n")}\n`;
}

const lineWidth = 110;
const typeMark = "type ";

/** The import of names from a module, in alphabetical order. */
export function importCode(names: ReadonlySet<string>, module: string): string {
    const sorted = [...names].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
    const isTypes = sorted.every((each) => each.startsWith(typeMark));
    const shown = isTypes ? sorted.map((each) => each.slice(typeMark.length)) : sorted;
    const keyword = isTypes ? "import type" : "import";
    const line = `${keyword} { ${shown.join(", ")} } from "${module}";`;
    return line.length <= lineWidth
        ? line
        : [`${keyword} {`, ...shown.map((each) => `    ${each},`), `} from "${module}";`].join("\n");
}

function sortKey(name: string): string {
    const plain = name.replace(/^type /u, "");
    return `${plain.toLowerCase()} ${plain}`;
}
