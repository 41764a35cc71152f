import type { z } from "zod";

/** All problems of a resource's inputs, as the end of a sentence that began with the resource. */
export function inputProblems(error: z.ZodError, stack: string): string {
    const unsupported: string[] = [];
    const wrong: string[] = [];
    for (const issue of error.issues) {
        if (issue.code === "unrecognized_keys") {
            unsupported.push(...issue.keys.map((key) => `"${inputName([...issue.path, key])}"`));
        } else {
            const place = issue.path.length === 0 ? "its inputs are" : `input "${inputName(issue.path)}" is`;
            wrong.push(`${place} wrong (${issue.message})`);
        }
    }
    if (unsupported.length > 0) {
        const inputs = unsupported.length === 1 ? "input" : "inputs";
        wrong.push(
            `a local run does not support ${inputs} ${unsupported.join(", ")}; leave ${unsupported.length === 1 ? "it" : "them"} out or use pulumi up --stack ${stack}`,
        );
    }
    return wrong.join("; ");
}

function inputName(path: readonly PropertyKey[]): string {
    return path
        .map((part, index) =>
            typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${String(part)}`,
        )
        .join("");
}
