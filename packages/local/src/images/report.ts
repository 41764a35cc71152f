/** Tells a person what is being done; one line, no full stop. */
export type Report = (message: string) => void;
