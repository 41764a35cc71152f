import { redactText } from "../../text/redaction.ts";

const terminalCodes = /\u001B\[[0-9;]*[A-Za-z]/gu;
/** The engine's own marks for colours. */
const colourMarks = /<\{%[^%]*%\}>/gu;

/** A message as a report tells it: without colours, secrets, and the severity that stands beside it. */
export function diagnosticText(message: string, secrets: readonly string[]): string {
    const plain = message.replace(terminalCodes, "").replace(colourMarks, "").trim();
    return redactText(plain.replace(/^(?:error|warning):\s*/iu, ""), secrets);
}
