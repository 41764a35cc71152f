import { UsageError, UserError } from "@spot-messaging/topology";
import { renderCauses } from "./diagnosis/cause.ts";
import { stackProblems } from "./diagnosis/stackProblems.ts";
import { passwordHint, runningAccess } from "./runningStack.ts";
import { readStatus, type Status } from "./status.ts";
import { renderStatus } from "./tables.ts";
import { watchStatus } from "./watchStatus.ts";

/** The options of `npm run status`. */
export interface StatusOptions {
    readonly stack: string;
    readonly json?: true;
    readonly watch?: true;
}

/**
 * Shows the state of a stack, on Kubernetes with the reasons why objects are not ready.
 * @param report gets these reasons if the broker cannot be reached
 * @returns whether everything is ready
 * @throws BrokerUnreachable, BrokerRefused, UserError
 */
export async function showStatus(
    { stack, json, watch }: StatusOptions,
    print: (text: string) => void,
    report: (message: string) => void,
): Promise<boolean> {
    if (json === true && watch === true) {
        throw new UsageError("--json and --watch exclude each other; give one of them");
    }
    const access = await runningAccess(stack);
    if (access === undefined) {
        const lines = [
            `stack "${stack}" does not run; start it with npm start or npm run up -- ${stack}`,
            renderCauses((await stackProblems(stack)) ?? []),
        ];
        throw new UserError(lines.filter((line) => line !== "").join("\n"));
    }
    const hint = await passwordHint(stack);
    const read = async (): Promise<Status> => {
        const problems = await stackProblems(stack);
        try {
            return { ...(await readStatus(access)), ...(problems !== undefined && { problems }) };
        } catch (error) {
            if (problems !== undefined && problems.length > 0) {
                report(renderCauses(problems));
            }
            throw error;
        }
    };
    if (watch === true) {
        await watchStatus(async () => renderStatus(await read(), access, hint));
        return true;
    }
    const status = await read();
    print(json === true ? JSON.stringify(status, undefined, 4) : renderStatus(status, access, hint));
    return (status.problems ?? []).length === 0;
}
