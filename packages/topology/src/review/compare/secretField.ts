import { isSecretEntry, isSecretName, redacted } from "../../text/redaction.ts";
import type { FieldChange } from "./change.ts";
import { fieldPath } from "./comparedObject.ts";

/** Hides the values of a field whose name means a secret. */
export function withoutNamedSecret(change: FieldChange): FieldChange {
    const { field, before, after } = change;
    const path = fieldPath(field);
    const isSecret = (value: unknown): boolean => isSecretEntry(path.at(-1) ?? field, value);
    return path.some(isSecretName) || isSecret(before) || isSecret(after)
        ? {
              field,
              ...(before !== undefined && { before: redacted }),
              ...(after !== undefined && { after: redacted }),
          }
        : change;
}
