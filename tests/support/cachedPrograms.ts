/** A file of the cache folder. */
export interface CachedFile {
    readonly name: string;
    /** In milliseconds. */
    readonly modified: number;
}

/** The current program, and the previous one for a checkout of an older commit. */
const keptPrograms = 2;

/** The files of one program that a new build makes superfluous. */
export function outdatedPrograms(
    files: readonly CachedFile[],
    program: string,
    current: string,
): readonly string[] {
    const pattern = new RegExp(`^${program}-(v\\d.*-)?[0-9a-f]{12}$`);
    return files
        .filter(({ name }) => name !== current && pattern.test(name))
        .toSorted((one, other) => other.modified - one.modified || one.name.localeCompare(other.name))
        .map(({ name }) => name)
        .slice(keptPrograms - 1);
}
