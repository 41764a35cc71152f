/** A file of a program. */
export interface ProgramFile {
    /** Relative to the program's folder, with slashes. */
    readonly path: string;
    readonly content: string;
}
