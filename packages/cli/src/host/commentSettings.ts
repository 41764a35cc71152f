import { type Duration, parseDuration, UsageError } from "@spot-messaging/topology";
import type { ActionsEnvironment, WorkflowEvent } from "./actionsEnvironment.ts";
import { parseRepository, type Repository } from "./pullRequest.ts";

const defaultEndpoint = "https://api.github.com";

export interface CommentCommandOptions {
    /** A path, or `-` for standard input. */
    readonly file: string;
    readonly repo?: string;
    readonly pull?: string;
    readonly api?: string;
    readonly author: string;
    readonly project: string;
    readonly patience: string;
    readonly summary?: string;
    readonly always?: true;
    readonly allowForbidden?: true;
    readonly json?: true;
}

/** Where the report is to be said: by number, or by what the workflow was started for. */
export type Wanted =
    | Exclude<WorkflowEvent, { readonly kind: "other" }>
    | { readonly kind: "number"; readonly number: number };

/** Where to say a report, and with how much patience. */
export interface CommentSettings {
    readonly repository: Repository;
    readonly endpoint: string;
    readonly patience: Duration;
    readonly pull: Wanted;
}

/**
 * What the options ask for; what they leave out, the environment says.
 * @throws UsageError with every problem
 */
export function commentSettings(
    options: CommentCommandOptions,
    actions: ActionsEnvironment,
): CommentSettings {
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
    const repository = read(() => repositoryOf(options.repo ?? actions.repository));
    const patience = read(() => patienceOf(options.patience));
    const pull = read(() => wantedOf(options.pull, actions.event));
    const endpoint = read(() => endpointOf(options.api ?? actions.endpoint ?? defaultEndpoint));
    read(() => {
        refuseUnmarkable(options.project);
    });
    if (
        problems.length > 0 ||
        repository === undefined ||
        patience === undefined ||
        pull === undefined ||
        endpoint === undefined
    ) {
        throw new UsageError(problems.sort().join("\n"));
    }
    return { repository, patience, pull, endpoint };
}

function repositoryOf(name: string | undefined): Repository {
    if (name === undefined) {
        throw new UsageError("repository: none is named; give --repo owner/name");
    }
    const repository = parseRepository(name);
    if (repository === undefined) {
        throw new UsageError(`repository "${name}": is no name; write it as owner/name`);
    }
    return repository;
}

function patienceOf(text: string): Duration {
    const patience = parseDuration(text);
    if (patience === undefined) {
        throw new UsageError(`--patience "${text}": is no duration; write it as "60 seconds"`);
    }
    return patience;
}

function wantedOf(number: string | undefined, event: WorkflowEvent): Wanted {
    if (number !== undefined) {
        if (!/^[1-9]\d{0,9}$/u.test(number)) {
            throw new UsageError(`pull request "${number}": is no number; write it as --pull 7`);
        }
        return { kind: "number", number: Number(number) };
    }
    if (event.kind === "other") {
        throw new UsageError(
            "pull request: none is named, and the workflow's event is about none; give --pull NUMBER",
        );
    }
    return event;
}

/** The token travels with each request, so nobody on the way may read it. */
function endpointOf(text: string): string {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || url.username !== "" || url.password !== "") {
        throw new UsageError(
            "URL of the API: is none, or has credentials in it; write it as https://api.github.com",
        );
    }
    const isLocal = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
    if (url.protocol !== "https:" && !(url.protocol === "http:" && isLocal)) {
        throw new UsageError(`URL of the API "${url.origin}": the token would be sent in clear; use https`);
    }
    return `${url.origin}${url.pathname.replace(/\/+$/u, "")}`;
}

/** A name with two dashes would end the hidden line that it stands in. */
function refuseUnmarkable(project: string): void {
    if (!/^[\w@./-]+$/u.test(project) || project.includes("--")) {
        throw new UsageError(
            `--project "${project}": cannot stand in a hidden line; use letters, digits and single dashes`,
        );
    }
}
