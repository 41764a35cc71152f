/** Characters that XML does not allow, and characters that change the direction of text. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\uFFFE\uFFFF]/gu;

/** Text for an element or an attribute of XML or HTML, on one line. */
export function escapeXml(text: string): string {
    return printable(text)
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&quot;")
        .replaceAll("'", "&#39;");
}

/** Text on one line, with every invisible character replaced by a visible one. */
export function printable(text: string): string {
    return text.replace(/[\r\n\t]/gu, " ").replace(unprintable, "\uFFFD");
}
