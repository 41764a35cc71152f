import { z } from "zod";

/** Labels as the docker provider takes them. */
export const dockerLabels = z.array(z.strictObject({ label: z.string(), value: z.string() })).default([]);

/** Labels as the Docker Engine takes them; the local run's own win. */
export function labelRecord(
    labels: z.infer<typeof dockerLabels>,
    owner: Readonly<Record<string, string>>,
): Record<string, string> {
    return { ...Object.fromEntries(labels.map(({ label, value }) => [label, value])), ...owner };
}
