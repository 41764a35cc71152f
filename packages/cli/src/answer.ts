/** What a command says and how it ends. */
export interface Answer {
    readonly output: string;
    readonly exitCode: 0 | 1 | 2 | 3;
}
