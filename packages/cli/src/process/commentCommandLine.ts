import { type Command, Option } from "commander";
import type { ProgramOptions } from "../config/program.ts";
import type { CommentCommandOptions } from "../host/commentSettings.ts";
import { hostKinds } from "../host/hostKind.ts";
import type { CommandIo, CommandResult } from "./commandIo.ts";
import { commentHelp } from "./helpTexts.ts";

type CommentArguments = Omit<CommentCommandOptions, "project"> &
    ProgramOptions & { readonly project?: string };

/** Adds the options and the action of `topology comment`. */
export function addComment(command: Command, io: CommandIo, finish: (result: CommandResult) => void): void {
    command
        .description(
            "write a report into a pull request on GitHub or a merge request on GitLab, as one comment that is kept up to date",
        )
        .option("--file <file>", "the report, in markdown; - for standard input")
        .option("--review", "make the report here, from the pull request's commits; nothing of them is run")
        .option(
            "--record <file>",
            "with --review: the record of the pull request's own run, which can only add problems",
        )
        .option(
            "--status",
            "with --review: also set the result as the status topology/<project> of the commit",
        )
        .addOption(
            new Option("--host <host>", "default: the one that the command runs on, or github").choices(
                hostKinds,
            ),
        )
        .option("--repo <owner/name>", "repository or project (default: the one of the run)")
        .option("--pull <number>", "pull request or merge request (default: the one of the run)")
        .option(
            "--api <url>",
            "root of the REST API (default: GITHUB_API_URL or CI_API_V4_URL, or that of github.com or gitlab.com)",
        )
        .option(
            "--author <login>",
            "user of the token; only comments of this user are changed (default: github-actions[bot]; on GitLab the user of the token)",
        )
        .option(
            "--project <name>",
            "project of the comment, if several review one pull request (default: the program's)",
        )
        .option("--timeout <duration>", "how long to wait in total if the host limits requests", "1 minute")
        .option("--summary <file>", "also add the report to this file (default: GITHUB_STEP_SUMMARY)")
        .option("--always", "write a comment even if nothing changes")
        .option("--allow-forbidden", "exit with 0 if the token may not comment")
        .option("--json", "for machines: {action, repository, pull, url, removed, reason, exitCode, verdict}")
        .addHelpText("after", commentHelp)
        .action(async ({ config, ...options }: CommentArguments) => {
            const { commentReport } = await import("../commands/commentCommand.ts");
            const { projectName } = await import("../config/program.ts");
            const project =
                options.project ??
                (await projectName(config === undefined ? {} : { config }, io.importModule));
            finish(await commentReport({ ...options, project }, io));
        });
}
