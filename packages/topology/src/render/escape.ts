/** What XML cannot hold even when escaped, and what can turn the reading direction of the text around it. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\uFFFE\uFFFF]/gu;

/** Text for an element or an attribute of XML or HTML; line breaks become spaces. */
export function escapeXml(text: string): string {
    return printable(text)
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&quot;")
        .replaceAll("'", "&#39;");
}

/** Text on one line, every invisible character shown as one that stands for it. */
export function printable(text: string): string {
    return text.replace(/[\r\n\t]/gu, " ").replace(unprintable, "\uFFFD");
}
