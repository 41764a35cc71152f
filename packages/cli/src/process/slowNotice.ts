/** The number of milliseconds before the notice. */
const slowMs = 2_000;

/** Waits for a promise. If it takes long, prints once what the command waits for. */
export async function withSlowNotice<T>(
    wait: Promise<T>,
    print: (text: string) => void,
    what: string,
): Promise<T> {
    const timer = setTimeout(() => {
        print(`${what} ...\n`);
    }, slowMs);
    try {
        return await wait;
    } finally {
        clearTimeout(timer);
    }
}
