import { randomUUID } from "node:crypto";
import { openPrivateFile } from "./privateFile.ts";

/** A file with one JSON object a line about everything that a run did. It has ids and names, and no bodies. */
export interface AuditLog {
    readonly file: string;
    /** The id of the run, which the messages carry too. */
    readonly run: string;
    /** Adds lines, which are on the disk when it returns. */
    readonly add: (...entries: readonly object[]) => void;
    readonly close: () => void;
}

/**
 * Opens the log of a new run; earlier runs in the same file stay. Only its owner can read a new file.
 * @param file @default - `topology-<run>.jsonl` in the current folder
 * @throws UsageError
 */
export function openAuditLog(file: string | undefined): AuditLog {
    const run = randomUUID();
    const path = file ?? `topology-${run}.jsonl`;
    const opened = openPrivateFile(path, "a", "--audit", "name another file");
    return {
        file: path,
        run,
        add: (...entries) => {
            const at = new Date().toISOString();
            opened.append(entries.map((each) => `${JSON.stringify({ at, run, ...each })}\n`).join(""));
            opened.sync();
        },
        close: opened.close,
    };
}
