const quietMs = 300;

/**
 * Delays the first creation until all declared resources are known, so that a stack that a local run cannot create is refused before
 * anything changes. A program that awaits outputs of its own resources would wait forever; so the gate also opens when a creation waits and
 * nothing new is declared.
 */
export class Gate {
    readonly #check: () => Promise<void>;
    readonly #opened: Promise<void>;
    #letPass: () => void = () => undefined;
    #checked = false;
    #quiet: NodeJS.Timeout | undefined;

    /** @param check must not reject; the gate opens when it resolves to true. */
    constructor(check: () => Promise<boolean>) {
        this.#check = async () => {
            if (await check()) {
                this.#letPass();
            }
        };
        this.#opened = new Promise((resolve) => {
            this.#letPass = resolve;
        });
    }

    declared(): void {
        this.#quiet?.refresh();
    }

    async pass(): Promise<void> {
        if (!this.#checked) {
            this.#quiet ??= setTimeout(() => {
                this.open();
            }, quietMs);
        }
        await this.#opened;
    }

    open(): void {
        this.close();
        if (!this.#checked) {
            this.#checked = true;
            void this.#check();
        }
    }

    /** Blocks everything that has not passed yet, unless the check is already running. */
    close(): void {
        clearTimeout(this.#quiet);
    }
}
