import { UserError } from "@spot-messaging/topology";
import type Docker from "dockerode";
import { engineReason, followProgress } from "./engineProgress.ts";
import type { Report } from "./report.ts";

/** The outcome of pulling an image. */
export type PullOutcome =
    | { readonly kind: "pulled" }
    /** The registry does not answer or cannot serve the image now; `reason` is the engine's message. */
    | { readonly kind: "unreachable"; readonly reason: string };

/** The engine sends its first line when the registry has listed the image's layers. */
const firstAnswerWithinMilliseconds = 10_000;
/** A download without progress for this time is cancelled. */
const stalledAfterMilliseconds = 60_000;

/**
 * Pulls an image. An unreachable registry is an outcome, detected quickly; an image that the registry does not have is an error.
 * @throws UserError `image "rabbitmq:4.9": manifest unknown; correct its name`
 */
export async function pullImage(docker: Docker, name: string, report: Report): Promise<PullOutcome> {
    const abort = new AbortController();
    let timer = setTimeout(() => {
        abort.abort();
    }, firstAnswerWithinMilliseconds);
    const alive = (): void => {
        clearTimeout(timer);
        timer = setTimeout(() => {
            abort.abort();
        }, stalledAfterMilliseconds);
    };
    report(`Pulling "${name}"`);
    try {
        const progress = await docker.pull(name, { abortSignal: abort.signal });
        alive();
        await followProgress(docker, progress, alive);
        return { kind: "pulled" };
    } catch (error) {
        const reason = engineReason(error);
        if (isRefusal(reason)) {
            throw new UserError(`image "${name}": ${reason}; correct its name, or log in to its registry`);
        }
        return {
            kind: "unreachable",
            reason: abort.signal.aborted ? "its registry does not answer" : reason,
        };
    } finally {
        clearTimeout(timer);
    }
}

/**
 * Whether a registry answered that the image does not exist or is denied. All other failures, from a missing name server to a rate limit,
 * mean that the registry is not usable now.
 */
export function isRefusal(reason: string): boolean {
    return /manifest.*(unknown|not found)|does not exist|access.*denied|unauthorized|invalid reference|no matching manifest/i.test(
        reason,
    );
}
