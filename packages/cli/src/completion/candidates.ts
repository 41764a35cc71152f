import type { Command, Option } from "commander";

/** A possible completion of a word. */
export interface Candidate {
    readonly value: string;
    readonly description: string;
}

/** The kind of a value. */
export type ValueKind =
    | "files"
    | "stacks"
    | "queues"
    | "exchanges"
    | "shovels"
    | "upstreams"
    | "users"
    | "vhosts"
    | "versions"
    | "columns";

/** Finds the values of a kind. The options before the word select the topology. */
export type FindValues = (kind: Exclude<ValueKind, "files">, given: Given) => Promise<readonly string[]>;

/** The words before the one that is completed. */
export interface Given {
    /** The values of options, by their long names without dashes. */
    readonly options: ReadonlyMap<string, string>;
    readonly arguments: readonly string[];
}

/** The kind of an option's values, by its long name. */
const kindsByOption: Readonly<Record<string, ValueKind>> = {
    stack: "stacks",
    exchange: "exchanges",
    shovel: "shovels",
    upstream: "upstreams",
    user: "users",
    vhost: "vhosts",
    expect: "queues",
    target: "versions",
    columns: "columns",
    sort: "columns",
};

/** The kind of a value, by its placeholder in the usage. */
const kindsByPlaceholder: Readonly<Record<string, ValueKind>> = {
    file: "files",
    "file or url": "files",
    "ref, file or url": "files",
    folder: "files",
    "folder or file": "files",
    queue: "queues",
};

/** The kind of an option's values; `undefined` if any value is possible. */
export function kindOf({
    flags,
    name,
}: {
    readonly flags: string;
    readonly name: string;
}): ValueKind | undefined {
    const [, placeholder = ""] = /[<[]([^>\]]+?)(?:\.\.\.)?[>\]]/u.exec(flags) ?? [];
    return kindsByOption[name] ?? kindsByPlaceholder[placeholder];
}

/**
 * The completions of the last word. Commands and options come from commander, so no second list is needed.
 * @param words without the name of the command
 */
export async function candidates(
    root: Command,
    words: readonly string[],
    findValues: FindValues,
): Promise<readonly Candidate[]> {
    const before = words.slice(0, -1);
    const current = words.at(-1) ?? "";
    const at = before.findIndex((each) => !each.startsWith("-"));
    const command = root.commands.find((each) => each.name() === before[at]);
    const found =
        command === undefined
            ? at >= 0 && before[at] !== "help"
                ? []
                : current.startsWith("-")
                  ? optionsOf(root, new Map())
                  : commandsOf(root)
            : await commandCandidates(command, before.slice(at + 1), current, findValues);
    return found.filter(({ value }) => value === files || value.startsWith(current));
}

/** A placeholder: the shell completes file names itself. */
const files = ":files";

async function commandCandidates(
    command: Command,
    before: readonly string[],
    current: string,
    findValues: FindValues,
): Promise<readonly Candidate[]> {
    const { pending, given } = parse(command, before);
    const [, long, typed] = /^--([^=]+)=(.*)$/u.exec(current) ?? [];
    const assigned = command.options.find((each) => each.long === `--${long ?? ""}`);
    if (assigned !== undefined) {
        return await valuesOf(assigned, typed ?? "", `--${long ?? ""}=`);
    }
    const isValue = !current.startsWith("-") || (pending?.required === true && !pending.variadic);
    if (pending !== undefined && isValue) {
        const values = await valuesOf(pending, current, "");
        return pending.optional ? [...values, ...(await argumentValues())] : values;
    }
    return current.startsWith("-") ? optionsOf(command, given.options) : await argumentValues();

    async function argumentValues(): Promise<readonly Candidate[]> {
        const argument =
            command.registeredArguments[given.arguments.length] ??
            command.registeredArguments.find(({ variadic }) => variadic);
        return argument === undefined
            ? []
            : await values(argument.argChoices, kindOf({ flags: `<${argument.name()}>`, name: "" }));
    }

    async function valuesOf(option: Option, text: string, prefix: string): Promise<readonly Candidate[]> {
        const found = await values(option.argChoices, kindOf({ flags: option.flags, name: nameOf(option) }));
        // Complete after the last comma of a list, or after the minus of a descending order.
        const [start] =
            option.long === "--columns" ? (/^.*,/u.exec(text) ?? [""]) : text.startsWith("-") ? ["-"] : [""];
        return found.map(({ value, description }) => ({
            value: value === files ? files : `${prefix}${start}${value}`,
            description,
        }));
    }

    async function values(
        choices: readonly string[] | undefined,
        kind: ValueKind | undefined,
    ): Promise<readonly Candidate[]> {
        const found =
            choices ?? (kind === undefined ? [] : kind === "files" ? [files] : await findValues(kind, given));
        return found.map((value) => ({ value, description: "" }));
    }
}

/** The option whose value comes next, and the words before. */
function parse(
    command: Command,
    words: readonly string[],
): { readonly pending?: Option; readonly given: Given } {
    const options = new Map<string, string>();
    const given: string[] = [];
    let pending: Option | undefined;
    for (const word of words) {
        const [name = "", value] = word.startsWith("--") ? word.split(/=(.*)/su) : [word];
        const option = command.options.find(({ long, short }) => name === long || name === short);
        if (option !== undefined) {
            options.set(nameOf(option), value ?? "");
            pending = value === undefined && (option.required || option.optional) ? option : undefined;
        } else if (pending === undefined) {
            given.push(word);
        } else {
            options.set(nameOf(pending), word);
            pending = pending.variadic ? pending : undefined;
        }
    }
    return { ...(pending !== undefined && { pending }), given: { options, arguments: given } };
}

/** The long name, without dashes. */
function nameOf({ long }: Option): string {
    return long?.slice("--".length) ?? "";
}

function commandsOf(root: Command): readonly Candidate[] {
    return root
        .createHelp()
        .visibleCommands(root)
        .map((each) => ({ value: each.name(), description: each.description() }));
}

/** The options that are not given yet, and those that may be repeated. */
function optionsOf(command: Command, given: Given["options"]): readonly Candidate[] {
    return command
        .createHelp()
        .visibleOptions(command)
        .filter((each) => each.variadic || !given.has(nameOf(each)))
        .map(({ long, short, description }) => ({ value: long ?? short ?? "", description }));
}
