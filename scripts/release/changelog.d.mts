/** See changelog.mjs. */
export interface Section {
    readonly version: string;
    readonly date: string | undefined;
    readonly text: string;
}

export function readSections(text: string): Section[];
export function changelogProblems(text: string, version: string): string[];
