import { type Duration, parseDuration, UsageError } from "@spot-messaging/topology";
import { quoted } from "@spot-messaging/topology/text";
import { type HostKind, requestNames } from "./hostKind.ts";
import type { RunEnvironment, WorkflowEvent } from "./runEnvironment.ts";

const defaultEndpoints: Readonly<Record<HostKind, string>> = {
    github: "https://api.github.com",
    gitlab: "https://gitlab.com/api/v4",
};

export interface CommentCommandOptions {
    /** The report: a path, or `-` for standard input. */
    readonly file?: string;
    /** Makes the report here, from the pull request's commits. */
    readonly review?: true;
    /** The record of the pull request's own run. */
    readonly record?: string;
    /** Sets the result of the review as a status of the commit. */
    readonly status?: true;
    /** @default - the host that the command runs on, or GitHub */
    readonly host?: HostKind;
    readonly repo?: string;
    readonly pull?: string;
    readonly api?: string;
    readonly author?: string;
    readonly project: string;
    readonly timeout: string;
    readonly summary?: string;
    readonly always?: true;
    readonly allowForbidden?: true;
    readonly json?: true;
}

/** The pull request of the comment: its number, or the event that started the workflow. */
export type CommentTarget =
    | Exclude<WorkflowEvent, { readonly kind: "other" }>
    | { readonly kind: "number"; readonly number: number };

/** Where to write the comment, and how long to wait. */
export interface CommentSettings {
    readonly repository: string;
    readonly endpoint: string;
    readonly timeout: Duration;
    readonly pull: CommentTarget;
}

/**
 * Combines the options with the environment, which has the defaults.
 * @throws UsageError with every problem
 */
export function commentSettings(options: CommentCommandOptions, run: RunEnvironment): CommentSettings {
    const problems: string[] = [];
    const read = <T>(part: () => T): T | undefined => {
        try {
            return part();
        } catch (error) {
            if (!(error instanceof UsageError)) {
                throw error;
            }
            problems.push(error.message);
            return undefined;
        }
    };
    const repository = read(() => repositoryOf(options.repo ?? run.repository, run.kind));
    const timeout = read(() => timeoutOf(options.timeout));
    const pull = read(() => targetOf(options.pull, run));
    const endpoint = read(() => endpointOf(options.api ?? run.endpoint ?? defaultEndpoints[run.kind]));
    read(() => {
        refuseInvalidProject(options.project);
    });
    read(() => {
        refuseUnclearReport(options);
    });
    if (
        problems.length > 0 ||
        repository === undefined ||
        timeout === undefined ||
        pull === undefined ||
        endpoint === undefined
    ) {
        throw new UsageError(problems.sort().join("\n"));
    }
    return { repository, timeout, pull, endpoint };
}

/** On GitLab, groups can be nested. */
const repositoryForms: Readonly<Record<HostKind, { readonly pattern: RegExp; readonly form: string }>> = {
    github: { pattern: /^[\w-]+\/[\w.-]+$/u, form: "owner/name" },
    gitlab: { pattern: /^[\w.-]+(?:\/[\w.-]+)+$/u, form: "group/name" },
};

function repositoryOf(name: string | undefined, kind: HostKind): string {
    const { pattern, form } = repositoryForms[kind];
    if (name === undefined) {
        throw new UsageError(`repository: its name is missing; give --repo ${form}`);
    }
    if (!pattern.test(name)) {
        throw new UsageError(`repository "${name}": is not a valid name; write it as ${form}`);
    }
    return name;
}

function timeoutOf(text: string): Duration {
    const timeout = parseDuration(text);
    if (timeout === undefined) {
        throw new UsageError(`--timeout "${text}": is not a duration; write it as "60 seconds"`);
    }
    return timeout;
}

function targetOf(number: string | undefined, { kind, event }: RunEnvironment): CommentTarget {
    if (number !== undefined) {
        if (!/^[1-9]\d{0,9}$/u.test(number)) {
            throw new UsageError(`${requestNames[kind]} "${number}": is not a number; write it as --pull 7`);
        }
        return { kind: "number", number: Number(number) };
    }
    if (event.kind === "other") {
        throw new UsageError(
            kind === "github"
                ? "pull request: its number is missing, and the workflow's event does not belong to one; give --pull NUMBER"
                : "merge request: its number is missing, and this is not a merge request pipeline; give --pull NUMBER",
        );
    }
    return event;
}

/** Each request contains the token, so it must be encrypted. */
function endpointOf(text: string): string {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || url.username !== "" || url.password !== "") {
        throw new UsageError(
            "URL of the API: it is not a valid URL, or it contains credentials; write it as https://api.github.com",
        );
    }
    const isLocal = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
    if (url.protocol !== "https:" && !(url.protocol === "http:" && isLocal)) {
        throw new UsageError(
            `URL of the API "${url.origin}": the token would be sent unencrypted; use https`,
        );
    }
    return `${url.origin}${url.pathname.replace(/\/+$/u, "")}`;
}

function refuseUnclearReport({ file, review, record, status }: CommentCommandOptions): void {
    if ((file === undefined) === (review === undefined)) {
        throw new UsageError(
            `report: ${file === undefined ? "it is missing" : "--file and --review exclude each other"}; give --file with a report, or --review to make it here`,
        );
    }
    const extra = Object.entries({ "--record": record, "--status": status }).filter(
        ([, value]) => value !== undefined,
    );
    if (review === undefined && extra.length > 0) {
        throw new UsageError(
            `${quoted(
                extra.map(([option]) => option),
                " and ",
            )}: ${extra.length > 1 ? "belong" : "belongs"} to a review that is made here; give --review instead of --file`,
        );
    }
}

/** The name is part of an HTML comment, which two dashes would end. */
function refuseInvalidProject(project: string): void {
    if (!/^[\w@./-]+$/u.test(project) || project.includes("--")) {
        throw new UsageError(
            `--project "${project}": cannot be written into an HTML comment; use letters, digits and single dashes`,
        );
    }
}
