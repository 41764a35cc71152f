/** Prints a progress message: one line, no full stop. */
export type Report = (message: string) => void;
