const quietMs = 300;

/**
 * Holds back the first creation until everything that the program declares is known, so that a stack which a
 * local run cannot create is refused before it has touched anything. A program that awaits outputs of its own
 * resources would wait for ever; so the gate also opens when something waits and nothing new is declared.
 */
export class Gate {
    readonly #check: () => Promise<void>;
    readonly #opened: Promise<void>;
    #letPass: () => void = () => undefined;
    #checked = false;
    #quiet: NodeJS.Timeout | undefined;

    /** @param check must not reject; the gate opens when it answers true. */
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

    /** Lets nothing pass any more that has not passed yet, unless the check is already under way. */
    close(): void {
        clearTimeout(this.#quiet);
    }
}
