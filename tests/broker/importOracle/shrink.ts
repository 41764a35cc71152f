import type { Disagreement, TrialResult } from "./disagreement.ts";
import { jsonText } from "./jsonText.ts";
import type { ImportTrial } from "./trials.ts";

/** How many smaller files are tried of one. */
const maxAttempts = 60;

/** The smallest file that still disagrees, as far as leaving things out finds it. */
export async function shrunk(
    first: Disagreement,
    again: (trial: ImportTrial) => Promise<TrialResult>,
): Promise<Disagreement> {
    let smallest = first;
    let attempts = 0;
    for (let isSmaller = true; isSmaller && attempts < maxAttempts; ) {
        isSmaller = false;
        for (const value of smaller(JSON.parse(marked(smallest.trial.text)) as unknown)) {
            if (attempts++ >= maxAttempts) {
                break;
            }
            const vhost = `${first.trial.vhost}-${attempts}`;
            const text = jsonText(value).replaceAll(smallest.trial.vhost, vhost);
            const result = await again({ ...smallest.trial, vhost, text });
            if (typeof result === "object") {
                smallest = result;
                isSmaller = true;
                break;
            }
        }
    }
    return smallest;
}

/** Numbers with a point stay as they are written. */
function marked(text: string): string {
    return text.replaceAll(/(: )(-?\d+\.\d+|-?\d{17,})/g, '$1"\\u0001verbatim:$2"');
}

/** A value without one of its parts, the largest parts first. */
function* smaller(value: unknown): Generator {
    if (typeof value !== "object" || value === null) {
        return;
    }
    const entries = Object.entries(value) as [string, unknown][]; // of an object of JSON
    const rebuilt = (parts: readonly (readonly [string, unknown])[]): unknown =>
        Array.isArray(value) ? parts.map(([, each]) => each) : Object.fromEntries(parts);
    for (const [index] of entries.entries()) {
        yield rebuilt(entries.filter((_each, at) => at !== index));
    }
    for (const [index, [key, each]] of entries.entries()) {
        for (const part of smaller(each)) {
            yield rebuilt(entries.map((entry, at) => (at === index ? [key, part] : entry)));
        }
    }
}
