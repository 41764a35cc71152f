import { UsageError } from "@spot-messaging/topology";
import { maxProblems, UnreadableTopology } from "../input/topologyFile.ts";
import type { InputOptions } from "../input/topologyInput.ts";
import { importSentence } from "../render/findings.ts";

/** Adds to the error about a file with unreadable fields what an import makes of it. */
export function withImport(
    error: unknown,
    { target, vhost }: Pick<InputOptions, "target" | "vhost">,
): unknown {
    if (!(error instanceof UnreadableTopology)) {
        return error;
    }
    const { verdict, others } = error.importOf(target, vhost);
    const shown = others.slice(0, maxProblems).map((each) => `- ${each}`);
    const rest = others.length - shown.length;
    return new UsageError(
        [error.message, importSentence(verdict), ...shown, ...(rest > 0 ? [`- and ${rest} more`] : [])].join(
            "\n",
        ),
    );
}
