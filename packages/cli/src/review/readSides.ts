import { dirname } from "node:path";
import { UsageError } from "@spot-messaging/topology";
import { findConfigFile } from "../config/configFile.ts";
import { isStackName } from "../config/configResult.ts";
import type { ProgramOptions } from "../config/program.ts";
import { isBrokerUrl, shownBrokerUrl } from "../input/brokerUrl.ts";
import { readTopologyVersion, type TopologyVersion } from "../input/topologyFile.ts";
import type { CommandIo, InputIo } from "../process/commandIo.ts";
import type { GitRepository, Revision } from "./gitRepository.ts";
import { diskFiles } from "./projectFiles.ts";
import { projectApprovals, projectBaseline, projectSide } from "./projectSide.ts";
import type { ReviewSide } from "./reviewSide.ts";

/** The options that choose what to compare. */
export interface SideOptions extends ProgramOptions {
    readonly base: string;
    readonly head?: string;
    readonly stack?: string;
    readonly tip?: true;
}

export interface Sides {
    readonly base: ReviewSide;
    readonly head: ReviewSide;
}

/**
 * Reads both sides.
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function readSides(options: SideOptions, io: InputIo): Promise<Sides> {
    const { base, head, stack } = options;
    const config = findConfigFile(options.config);
    const root = config === undefined ? "." : dirname(config);
    let opened: Promise<GitRepository> | undefined;
    const repository = (): Promise<GitRepository> => (opened ??= openRepository(root));
    const headRevision = isRevision(head) ? await revision(await repository(), head, "--head") : undefined;

    const readBase = async (): Promise<ReviewSide> =>
        isRevision(base)
            ? await baseSide(await repository(), options, headRevision)
            : await singleSide(base, io);
    const readHead = async (): Promise<ReviewSide> =>
        headRevision !== undefined
            ? await revisionSide(await repository(), headRevision)
            : head !== undefined
              ? await singleSide(head, io)
              : stack !== undefined
                ? await programSide(options, root, io)
                : await projectSide(diskFiles(root), { name: "the working tree" });
    // In parallel, because both wait for git. Of two errors, the base's is reported.
    const [baseResult, headResult] = await Promise.allSettled([readBase(), readHead()]);
    return { base: fulfilled(baseResult), head: fulfilled(headResult) };
}

function fulfilled<T>(result: PromiseSettledResult<T>): T {
    if (result.status === "rejected") {
        throw result.reason;
    }
    return result.value;
}

/**
 * Whether a text names a commit, not a file or a broker. Only its form decides. Otherwise a pull request could add a file with the name of the
 * base branch, and would be compared with that file.
 */
export function isRevision(text: string | undefined): text is string {
    return (
        text !== undefined &&
        text !== "-" &&
        !isBrokerUrl(text) &&
        !/^(?:\.{0,2}[/\\]|[A-Za-z]:[/\\])|\.json$/iu.test(text)
    );
}

/** Loads the git module only if it is needed. */
async function openRepository(folder: string): Promise<GitRepository> {
    const { gitRepository } = await import("./gitRepository.ts");
    return await gitRepository(folder);
}

async function revision(repository: GitRepository, name: string, option: string): Promise<Revision> {
    return { name, commit: await repository.commitOf(name, option) };
}

function revisionSide(repository: GitRepository, of: Revision): Promise<ReviewSide> {
    return projectSide(repository.filesAt(of), of);
}

/** The commit where the head branched off, so that later changes of the base branch do not count as changes of the head. */
async function baseSide(
    repository: GitRepository,
    { base, head, tip }: SideOptions,
    headRevision: Revision | undefined,
): Promise<ReviewSide> {
    if (repository.isBare && head === undefined) {
        throw new UsageError("this repository is bare and has no working tree; name the change with --head");
    }
    const named = await revision(repository, base, "--base");
    if (tip === true || (head !== undefined && headRevision === undefined)) {
        return await revisionSide(repository, named);
    }
    const other = headRevision ?? (await revision(repository, "HEAD", "--head"));
    const side = await revisionSide(repository, {
        name: base,
        commit: await repository.mergeBase(named, other),
    });
    return { ...side, tip: named.commit };
}

async function singleSide(place: string, { env, stdin }: InputIo): Promise<ReviewSide> {
    const isBroker = isBrokerUrl(place);
    const name = isBroker ? shownBrokerUrl(place) : place === "-" ? "standard input" : place;
    const { topology, stack, component } = isBroker
        ? await brokerVersion(place, env)
        : await readTopologyVersion(place, stdin);
    if (stack !== undefined && !isStackName(stack)) {
        throw new UsageError(
            `${name}: "stack" is ${JSON.stringify(stack)}, which is not a valid stack name; use letters, digits, ".", "_" and "-"`,
        );
    }
    return {
        origin: { name },
        stacks: new Map([[stack ?? "", { topology, ...(component !== undefined && { component }) }]]),
        isProject: false,
        isExported: stack === undefined,
        problems: [],
        digests: new Map(),
        approvals: { file: "", entries: [] },
        missingText: (stackName) => `stack "${stackName}" is not in "${name}"`,
    };
}

async function brokerVersion(url: string, env: CommandIo["env"]): Promise<TopologyVersion> {
    const { readBrokerTopology } = await import("../input/liveBroker.ts");
    return { topology: (await readBrokerTopology(url, env)).topology };
}

async function programSide(
    options: SideOptions,
    root: string,
    { importModule }: InputIo,
): Promise<ReviewSide> {
    const { chooseStack, loadProgram } = await import("../config/program.ts");
    const { name, program } = await chooseStack(await loadProgram(options, importModule), options.stack);
    const baseline = await projectBaseline(diskFiles(root));
    const topology = await program.topologyOf(name);
    const { component } = program;
    return {
        origin: { name: `stack ${name} of the program` },
        stacks: new Map([[name, { topology, ...(component !== undefined && { component }) }]]),
        isProject: false,
        isExported: false,
        problems: [],
        digests: new Map(),
        approvals: await projectApprovals(diskFiles(root)),
        ...(baseline !== undefined && { baseline }),
        missingText: (stackName) => `stack "${stackName}" is not in the program`,
    };
}
