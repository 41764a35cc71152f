import { z } from "zod";

/** Labels in the form of the docker provider. */
export const dockerLabels = z.array(z.strictObject({ label: z.string(), value: z.string() })).default([]);

/** Labels in the form of the Docker Engine; those of the local run override the others. */
export function labelRecord(
    labels: z.infer<typeof dockerLabels>,
    owner: Readonly<Record<string, string>>,
): Record<string, string> {
    return { ...Object.fromEntries(labels.map(({ label, value }) => [label, value])), ...owner };
}
