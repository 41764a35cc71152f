/** After how many milliseconds a person wants to know what takes so long. */
const patienceMs = 2_000;

/** Waits, and says what for, if it takes long. */
export async function patiently<T>(wait: Promise<T>, say: (text: string) => void, what: string): Promise<T> {
    const timer = setTimeout(() => {
        say(`${what} ...\n`);
    }, patienceMs);
    try {
        return await wait;
    } finally {
        clearTimeout(timer);
    }
}
