/** A line that no reader sees: the report tells of no change at all, so that nobody need be told. */
export const unchangedMark = "<!-- no changes -->";

/** Whether a report in markdown says that nothing changes. */
export function saysNoChanges(markdown: string): boolean {
    return markdown.split("\n").some((line) => line.trim() === unchangedMark);
}
