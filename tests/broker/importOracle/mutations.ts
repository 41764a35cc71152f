import { type JsonObject, jsonText, writtenAs } from "./jsonText.ts";

type Path = readonly (string | number)[];

/** One wrong or unusual thing in a valid file. */
export interface Mutation {
    /** `queues[2].durable: "text"`. */
    readonly name: string;
    readonly apply: (definitions: JsonObject) => JsonObject;
}

/** The lists of definitions that a broker imports. */
export const lists = [
    "users",
    "vhosts",
    "permissions",
    "topic_permissions",
    "global_parameters",
    "parameters",
    "policies",
    "exchanges",
    "queues",
    "bindings",
] as const;

/** Replacements for the value of any field. */
const replacements: readonly unknown[] = [
    null,
    true,
    false,
    0,
    -1,
    1,
    5,
    writtenAs("5.0"),
    1.5,
    1_000_000_000_000,
    writtenAs("1000000000000000000000000000000"),
    "",
    "text",
    "5",
    "true",
    "undefined",
    "a b",
    "(",
    "amq.own",
    "ä",
    "x".repeat(256),
    [],
    {},
    ["text"],
    [5],
    [null],
    { a: 1 },
    { a: null },
];

/** Replacements for a value of this kind. */
function variants(value: unknown): readonly unknown[] {
    if (typeof value === "string") {
        return [
            value.slice(1),
            `${value}x`,
            `${value} `,
            value.toUpperCase(),
            value.charAt(0).toUpperCase() + value.slice(1),
            [value],
            ...(/^\d+$/.test(value) ? [Number(value)] : []),
        ];
    }
    if (typeof value === "number") {
        return [String(value), -value, value + 1, value * 1000, writtenAs(`${value}.0`), [value]];
    }
    if (typeof value === "boolean") {
        return [!value, String(value), Number(value)];
    }
    return [];
}

/** Every mutation of one object of a list: each field of it, and each field inside of those. */
function* ofValue(value: unknown, path: Path): Generator<Mutation> {
    const label = path.map((each) => (typeof each === "number" ? `[${each}]` : `.${each}`)).join("");
    const name = label.replace(/^\./, "");
    // With the same name of a virtual host or a user in two files, one file would find the objects of the other.
    const isShared = (other: unknown): boolean => isIdentity(path) && typeof other === "string";
    for (const other of [...replacements.filter((each) => !isShared(each)), ...variants(value)]) {
        if (JSON.stringify(other) !== JSON.stringify(value) && !stopsShovels(path, other)) {
            yield { name: `${name}: ${JSON.stringify(other)}`, apply: setting(path, () => other) };
        }
    }
    if (typeof value === "object" && value !== null) {
        if (Array.isArray(value)) {
            yield { name: `${name}: + null`, apply: setting(path, () => [...(value as unknown[]), null]) };
        } else {
            yield { name: `${name}: + unknown`, apply: setting(path, () => ({ ...value, "x-unknown": 1 })) };
        }
        for (const [key, inner] of Object.entries(value)) {
            const at = [...path, Array.isArray(value) ? Number(key) : key];
            yield* ofValue(inner, at);
            if (!Array.isArray(value)) {
                yield { name: `${name}.${key} missing`, apply: setting(path, (each) => renamed(each, key)) };
                for (const other of [
                    `${key}x`,
                    key.toUpperCase(),
                    key.replace(/[-_]/, (sign) => (sign === "-" ? "_" : "-")),
                ]) {
                    if (other !== key) {
                        yield {
                            name: `${name}.${key} as ${other}`,
                            apply: setting(path, (each) => renamed(each, key, other)),
                        };
                    }
                }
            }
        }
    }
}

function isIdentity([list, , field]: Path): boolean {
    return field === "name" && (list === "users" || list === "vhosts" || list === "global_parameters");
}

/** The broker accepts any number, but a large one crashes the shovel and the whole plugin, which changes the outcome of the files after it. */
function stopsShovels(path: Path, value: unknown): boolean {
    return (
        path.at(-1) === "reconnect-delay" &&
        typeof value !== "boolean" &&
        value !== null &&
        Number(JSON.parse(jsonText(value)) as unknown) > 1e6
    );
}

function renamed(object: unknown, key: string, other?: string): unknown {
    return Object.fromEntries(
        Object.entries(object as JsonObject).flatMap(([each, value]) =>
            each !== key ? [[each, value]] : other === undefined ? [] : [[other, value]],
        ),
    );
}

function setting(path: Path, change: (value: unknown) => unknown): Mutation["apply"] {
    const within = (value: unknown, [key, ...rest]: Path): unknown => {
        if (key === undefined) {
            return change(value);
        }
        if (Array.isArray(value)) {
            return (value as unknown[]).map((each, index) => (index === key ? within(each, rest) : each));
        }
        const object = value as JsonObject;
        return { ...object, [key]: within(object[key], rest) };
    };
    return (definitions) => within(definitions, path) as JsonObject;
}

/** Every mutation of a list, and of the file as a whole. */
function* ofList(definitions: JsonObject, list: string): Generator<Mutation> {
    const elements = definitions[list] as readonly unknown[];
    for (const other of [null, true, 5, "text", "", {}, { a: {} }, [null], [5], ["text"], [[]], [{}]]) {
        yield { name: `${list}: ${JSON.stringify(other)}`, apply: setting([list], () => other) };
    }
    for (const [index, element] of elements.entries()) {
        const changed = Object.fromEntries(
            Object.entries(element as JsonObject).map(([key, value]) => [
                key,
                typeof value === "boolean" ? !value : value,
            ]),
        );
        // The broker imports users at the same time, so that which of two comes first is chance.
        const times = list === "users" ? [] : [element, changed];
        yield* times.map((second, at) => ({
            name: `${list}[${index}] twice${at === 0 ? "" : ", changed"}`,
            apply: setting([list], () => [...elements, second]),
        }));
        for (const other of [null, 5, "text", [], {}]) {
            yield {
                name: `${list}[${index}]: ${JSON.stringify(other)}`,
                apply: setting([list, index], () => other),
            };
        }
    }
}

/** Every mutation of one object with the objects that it needs, and of its list. */
export function* mutationsOf(definitions: JsonObject, list: string): Generator<Mutation> {
    yield* ofList(definitions, list);
    for (const [index, element] of (definitions[list] as readonly unknown[]).entries()) {
        yield* ofValue(element, [list, index]);
    }
}

/** Every mutation of the fields that are not lists, and every list removed. */
export function* mutationsOfWhole(definitions: JsonObject): Generator<Mutation> {
    for (const key of Object.keys(definitions)) {
        yield { name: `${key} missing`, apply: (each) => renamed(each, key) as JsonObject };
        yield { name: `${key} as ${key}x`, apply: (each) => renamed(each, key, `${key}x`) as JsonObject };
        yield { name: `${key} upper`, apply: (each) => renamed(each, key, key.toUpperCase()) as JsonObject };
        if (!lists.some((list) => list === key)) {
            for (const other of [...replacements, "3.5.7", "3.6.0", "3.13.7", "4.3.0", "9.9.9"]) {
                yield { name: `${key}: ${JSON.stringify(other)}`, apply: setting([key], () => other) };
            }
        }
    }
}

/** One object of a list with what it needs to be imported, and a binding that needs it. */
export function sliceOf(definitions: JsonObject, list: string, index: number): JsonObject {
    const elements = (key: string): readonly JsonObject[] =>
        (definitions[key] ?? []) as readonly JsonObject[];
    const object = elements(list)[index] ?? {};
    const binding = elements("bindings").find(
        ({ vhost, source, destination, destination_type: type }) =>
            vhost === object["vhost"] &&
            ((list === "queues" && type === "queue" && destination === object["name"]) ||
                (list === "exchanges" && source === object["name"])),
    );
    const ends = [object, binding ?? {}].flatMap((each) => [
        each["source"],
        each["destination"],
        each["exchange"],
    ]);
    const kept: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(definitions)) {
        if (!lists.some((each) => each === key)) {
            kept[key] = value;
        } else if (key === list) {
            kept[key] = [object];
        } else if (key === "vhosts" && object["vhost"] !== undefined) {
            kept[key] = elements(key).filter(({ name }) => name === object["vhost"]);
        } else if (key === "users" && object["user"] !== undefined) {
            kept[key] = elements(key).filter(({ name }) => name === object["user"]);
        } else if (key === "bindings" && binding !== undefined) {
            kept[key] = [binding];
        } else if (key === "exchanges" || key === "queues") {
            const named = elements(key).filter(
                ({ vhost, name }) => vhost === object["vhost"] && ends.includes(name),
            );
            if (named.length > 0) {
                kept[key] = named;
            }
        }
    }
    return kept;
}
