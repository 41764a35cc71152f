import type { RedriveResult } from "./redriveRun.ts";

/** A redrive, for a person and for machines. */
export interface RedriveReport extends RedriveResult {
    readonly vhost: string;
    readonly queue: string;
    readonly dryRun: boolean;
    /** The id of the run, and the file with what it did. @default - a dry run */
    readonly run?: string;
    readonly audit?: string;
}

/** What an export did. */
export interface ExportReport {
    readonly vhost: string;
    readonly queue: string;
    readonly file: string;
    readonly exported: number;
    /** Chosen messages that are not in the file, because the client cannot represent their headers exactly. */
    readonly inexact: number;
    readonly removed: boolean;
}
