import { redactText } from "../../text/redaction.ts";

const terminalCodes = /\u001B\[[0-9;]*[A-Za-z]/gu;
/** The engine's own marks for colours. */
const colourMarks = /<\{%[^%]*%\}>/gu;

/** A message for a report: without colours and secrets, and without the severity, which has a column of its own. */
export function diagnosticText(message: string, secrets: readonly string[]): string {
    const plain = message.replace(terminalCodes, "").replace(colourMarks, "").trim();
    return redactText(plain.replace(/^(?:error|warning):\s*/iu, ""), secrets);
}
