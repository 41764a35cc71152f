import { LocalRunError } from "./localRunError.ts";

/**
 * The first failure or the user's signal stops a run; `signal` aborts all waits. An independent failure during the stop is a problem too;
 * an abort by `signal` is not.
 */
export class Stop {
    readonly #controller = new AbortController();
    readonly #errors: unknown[] = [];
    readonly #user: AbortSignal | undefined;
    readonly #onUser = (): void => {
        this.#controller.abort();
    };
    /** Resolves when the run must stop. */
    readonly requested: Promise<void>;

    constructor(user: AbortSignal | undefined) {
        this.#user = user;
        this.requested = new Promise((resolve) => {
            this.signal.addEventListener("abort", () => {
                resolve();
            });
        });
        user?.addEventListener("abort", this.#onUser);
        if (user?.aborted === true) {
            this.#onUser();
        }
    }

    get signal(): AbortSignal {
        return this.#controller.signal;
    }

    /** Whether the error must be reported. */
    add(error: unknown): boolean {
        const isStopped = this.signal.aborted && error instanceof Error && error.name === "AbortError";
        if (!isStopped) {
            this.#errors.push(error);
        }
        this.#controller.abort();
        return !isStopped;
    }

    forgetUser(): void {
        this.#user?.removeEventListener("abort", this.#onUser);
    }

    /** The problems for the user. */
    error(): LocalRunError {
        const interrupted = this.#user?.aborted === true;
        const problems = this.#errors.flatMap((error) =>
            error instanceof LocalRunError
                ? error.problems
                : [error instanceof Error ? error.message : String(error)],
        );
        return new LocalRunError(problems.length === 0 ? ["the local run was interrupted"] : problems, {
            interrupted,
            cause: this.#errors.length === 1 ? this.#errors[0] : new AggregateError(this.#errors),
        });
    }
}
