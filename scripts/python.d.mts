/** Makes sure that `.venv` of the folder `root` has exactly what services/requirements-dev.txt lists; returns the interpreter in it. */
export declare function preparePython(root: string, report: (message: string) => void): Promise<string>;
